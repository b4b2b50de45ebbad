"""The effective configuration as YAML, each line with where its value came from.

What is printed says the same as the files that it came from, defaults written out: it can stand alone as an
environment file of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vectorform.desired.arns import role_arn
from vectorform.desired.backends import DEFAULTS, with_locks
from vectorform.desired.model import Encryption, Environment, VectorBucket
from vectorform.desired.model.defaults import default
from vectorform.desired.policies import allowed_elsewhere
from vectorform.language import explained_knowledge_bases
from vectorform.language.default_layer import DEFAULT
from vectorform.language.nodes import Node, Path, find, path_text
from vectorform.language.problems import UnreadableError
from vectorform.language.region_trees import expanded_tree
from vectorform.language.resolve import BUCKET_NAME_DEFAULT
from vectorform.language.rules.files import NO_SUCH_PLACE
from vectorform.language.scalars import AmbiguousError, resolve
from vectorform.language.schema import definition, schema
from vectorform.wording import did_you_mean, quoted, show

_PLAIN = re.compile(r"[A-Za-z_/][\w ./:+=@-]*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the printed YAML, and the comment that belongs to it."""

    text: str
    comment: str = ""


def explain(environment: Environment, tree: Node, path: str = "", columns: int | None = None) -> str:
    """The effective configuration at `path`, or all of it. Raises UnreadableError if nothing is there.

    Where a value and its origin do not fit side by side into `columns`, the origin stands below.
    """
    lines = explained(environment, tree, path)
    beside = [line for line in lines if line.comment and _fits(line, len(line.text), columns)]
    width = min(max((len(line.text) for line in beside), default=0), 72)
    if columns is not None:  # a column in which the longest of the origins has room
        longest = max((len(line.comment) for line in beside), default=0)
        width = min(width, max(0, columns - longest - len("  # ")))
    return "".join(f"{text}\n" for line in lines for text in _told(line, width, columns))


def _fits(line: Line, width: int, columns: int | None) -> bool:
    return columns is None or width + len(f"  # {line.comment}") <= columns


def _told(line: Line, width: int, columns: int | None) -> Iterator[str]:
    if not line.comment:
        yield line.text
    elif _fits(line, max(width, len(line.text)), columns):
        yield f"{line.text:<{width}}  # {line.comment}"
    else:
        indent = len(line.text) - len(line.text.lstrip(" "))
        yield line.text
        yield f"{' ' * indent}  # {line.comment}"


def explained(environment: Environment, tree: Node, path: str = "") -> list[Line]:
    """The same, line by line. Raises UnreadableError."""
    tree = expanded_tree(tree)
    steps, node = locate(effective(environment, tree), path, environment.name)
    notes = {**_comments(environment, tree), **_reasons(environment, tree), **_derived(environment)}
    return list(_lines(node, 0, steps, notes))


def effective(environment: Environment, tree: Node) -> Node:
    """The tree with the defaults written out."""
    top = dict(tree.mapping)
    if not any(key.casefold() == "environment" for key in environment.tags):
        top["tags"] = _with(_mapping(top, "tags"), {"Environment": _scalar(None)})  # removed
    buckets = top["vector_buckets"]
    top["vector_buckets"] = replace(
        buckets, value={key: _bucket(node) for key, node in buckets.mapping.items()}
    )
    if "knowledge_bases" in top:
        top["knowledge_bases"] = explained_knowledge_bases.effective(top["knowledge_bases"])
    backend = _mapping(top, "backend")
    kind = environment.backend.type
    settings = {**DEFAULTS[kind], **{key: node.value for key, node in backend.mapping.items()}}
    settings = with_locks(settings) if kind == "http" else settings
    defaults = {key: _scalar(value) for key, value in settings.items() if isinstance(value, str)}
    top["backend"] = _with(backend, {"type": _scalar(kind), **defaults})
    waves = [_sequence([_scalar(name) for name in wave]) for wave in environment.waves]
    top["rollout"] = _with(_mapping(top, "rollout"), {"waves": _sequence(waves)})
    after_apply = _scalar(environment.verification.after_apply)
    top["verification"] = _with(_mapping(top, "verification"), {"after_apply": after_apply})
    return _ordered(replace(tree, value=top), schema())


def locate(node: Node, path: str, name: str) -> tuple[Path, Node]:
    """The node at a path written as in messages (`vector_buckets.main.indexes`, `regions[0]`).

    Keys may contain dots with or without quotes. Raises UnreadableError, with what was probably meant.
    """
    steps: Path = ()
    rest = path.strip().strip(".")
    while rest:
        found = _step(node, rest)
        if found is None:
            options = list(node.mapping)
            missing = re.split(r"[.\[]", rest, maxsplit=1)[0] or rest
            where = path_text(steps) or f"the environment {name}"
            hint = did_you_mean(missing, options) if options else ""
            raise UnreadableError([NO_SUCH_PLACE.in_file(path, f"{where} has no {show(missing)}", hint)])
        step, rest = found
        node = find(node, (step,))
        steps = (*steps, step)
    return steps, node


def _step(node: Node, rest: str) -> tuple[str | int, str] | None:
    """The first step of a path below `node`, and what follows it."""
    if match := re.match(r"\.?\[([0-9]{1,9})\]\.?", rest):
        position = int(match[1])
        return (position, rest[match.end() :]) if position < len(node.items) else None
    for key in sorted(node.mapping, key=len, reverse=True):
        for written in (f'"{key}"', key):
            after = rest[len(written) :]
            if rest.startswith(written) and after[:1] in ("", ".", "["):
                return key, after[1:] if after[:1] == "." else after
    return None


def _bucket(node: Node) -> Node:
    defaults = {
        "name": _scalar(BUCKET_NAME_DEFAULT),
        "encryption": _map({"sse_type": _scalar(default(Encryption, "sse_type"))}),
        "deletion_protection": _scalar(default(VectorBucket, "deletion_protection")),
        "unmanaged": _scalar(default(VectorBucket, "unmanaged")),
    }
    return _ordered(_with(node, defaults), definition("#/$defs/vector_bucket"))


def _ordered(node: Node, rules: Mapping[str, Any]) -> Node:
    """The map with its keys in the schema's order."""
    keys = [key for key in rules["properties"] if key in node.mapping]
    return replace(node, value={key: node.mapping[key] for key in keys})


def _with(node: Node, defaults: Mapping[str, Node]) -> Node:
    return replace(
        node, value={**{k: v for k, v in defaults.items() if k not in node.mapping}, **node.mapping}
    )


def _mapping(top: Mapping[str, Node], key: str) -> Node:
    return top[key] if key in top else _map({})


def _scalar(value: str | bool | None) -> Node:
    return Node(value, DEFAULT, 0, 0)


def _map(value: dict[str, Node]) -> Node:
    return Node(value, DEFAULT, 0, 0)


def _sequence(value: list[Node]) -> Node:
    return Node(value, DEFAULT, 0, 0)


def _comments(environment: Environment, tree: Node) -> dict[Path, str]:
    """What the names of the home region come out as, and what its models make, by their path."""
    names: dict[Path, str] = {}
    for bucket in environment.home.written_vector_buckets:
        names["vector_buckets", bucket.key, "name"] = bucket.name
        for index in bucket.indexes:
            path: Path = ("vector_buckets", bucket.key, "indexes", index.key)
            names[*path, "name"] = index.name
            if index.embedding_model is not None:
                made = f"{index.dimension} dimensions, {index.distance_metric}"
                written = find(tree, (*path, "embedding_model"))
                names[*path, "embedding_model", *(("name",) if written.mapping else ())] = made
    return {**names, **explained_knowledge_bases.comments(environment)}


def _reasons(environment: Environment, tree: Node) -> dict[Path, str]:
    """Why a default is not the one that most environments have."""
    written = tree.mapping.get("verification")
    if environment.backend.type != "cloud" or (written is not None and "after_apply" in written.mapping):
        return {}
    return {
        ("verification", "after_apply"): "vectorform is not installed in a remote run; verify after the apply"
    }


def _derived(environment: Environment) -> dict[Path, str]:
    """What a role may besides what is written of it: its half of what other policies allow it."""
    notes: dict[Path, str] = {}
    for access in environment.access:
        if access.role is not None:
            allowed = allowed_elsewhere(environment, role_arn(environment, access.role))
            if allowed:
                notes["access", access.key, "role"] = f"also may {'; '.join(allowed)}"
    return notes


def _lines(node: Node, indent: int, path: Path, names: Mapping[Path, str]) -> Iterator[Line]:
    pad = " " * indent
    if isinstance(node.value, dict) and node.value:
        for key, child in node.value.items():
            yield from _entry(f"{pad}{_quoted(key)}:", child, indent, (*path, key), names)
    elif isinstance(node.value, list) and not _on_one_line(node):
        for position, child in enumerate(node.value):
            if _on_one_line(child):
                yield Line(f"{pad}- {_inline(child)}", _origin(child, path, names))
                continue
            first, *others = _lines(child, indent + 2, (*path, position), names)
            yield Line(f"{pad}- {first.text[indent + 2 :]}", first.comment)
            yield from others
    else:
        yield Line(f"{pad}{_inline(node)}", _origin(node, path, names))


def _entry(key: str, node: Node, indent: int, path: Path, names: Mapping[Path, str]) -> Iterator[Line]:
    if _on_one_line(node):
        yield Line(f"{key} {_inline(node)}", _origin(node, path, names))
    else:
        yield Line(key, names.get(path, ""))
        yield from _lines(node, indent + 2, path, names)


def _on_one_line(node: Node) -> bool:
    if isinstance(node.value, dict):
        return not node.value
    if isinstance(node.value, list):
        return all(_on_one_line(child) and not isinstance(child.value, dict) for child in node.value)
    return True


def _inline(node: Node) -> str:
    if isinstance(node.value, dict):
        return "{}"
    if isinstance(node.value, list):
        return f"[{', '.join(_inline(child) for child in node.value)}]"
    if node.value is None:
        return "null"  # only in a region's override, where it removes
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return _quoted(node.value) if isinstance(node.value, str) else str(node.value)


def _origin(node: Node, path: Path, names: Mapping[Path, str]) -> str:
    where = f"{node.file}:{node.line}" if node.file else "default"
    resolved = names.get(path)
    return f"{resolved}; {where}" if resolved and resolved != node.value else where


def _quoted(text: str) -> str:
    """The text as YAML that reads back as this text."""
    if _PLAIN.match(text) and not text.endswith((" ", ":")) and ": " not in text:
        try:
            if resolve(text) == text:
                return text
        except AmbiguousError:
            pass
    return quoted(text)
