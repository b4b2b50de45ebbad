"""schemas/environment.schema.json: found, read, and a tree checked against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from vectorform.language.nodes import Node, Path, find, plain
from vectorform.language.schema_messages import Violation, explain

_NOT_RULES = {
    "$defs",
    "$id",
    "$schema",
    "$comment",
    "title",
    "description",
    "examples",
    "x-examples",  # like it, for people alone: editors take `examples` and `default` for what to write
    "x-default",
    "enumDescriptions",
    "defaultSnippets",
}
_NAMED_ENTRIES = ("vector_buckets", "indexes", "access")


def schema_path() -> FilePath:
    """The schema file: at the top of a checkout, or inside the installed package."""
    here = FilePath(__file__).resolve().parent
    for folder in (here / "schemas", here.parents[1] / "schemas"):
        if (folder / "environment.schema.json").is_file():
            return folder / "environment.schema.json"
    raise FileNotFoundError("environment.schema.json is missing: the installation is incomplete")


@cache
def schema() -> dict[str, Any]:
    """The schema as data. Not to be changed."""
    loaded: dict[str, Any] = json.loads(schema_path().read_text(encoding="utf-8"))
    return loaded


def definition(reference: str) -> dict[str, Any]:
    """What a `$ref` within the schema names."""
    found: Any = schema()
    for step in reference.removeprefix("#").split("/")[1:]:
        found = found[step]
    return dict(found)


def violations(node: Node, part: str, prefix: Path = ()) -> list[Violation]:
    """Where the tree breaks the schema's `$defs/<part>`. `prefix` is the path of `node` itself."""
    found: list[Violation] = []
    for error in _validator(part).iter_errors(plain(node)):
        at = tuple(error.absolute_path)
        if not any(find(node, at[:depth]).broken for depth in range(len(at) + 1)):
            found += explain(error, find(node, at), at, prefix)
    unknown = {violation.unknown for violation in found if violation.unknown}
    return [violation for violation in found if violation.doubtful not in unknown]


def usable(node: Node, violations: Sequence[Violation], name: str = "") -> Node:
    """The tree with what cannot be used marked as broken, so that everything else can still be checked.

    `name` is the key of `node` itself. Unknown keys are taken out, missing ones put in. Entries that have
    names stay maps, empty.
    """
    marks = _Marks()
    for violation in violations:
        if violation.broken is not None:
            marks.add(violation.broken, "broken")
        if violation.unknown is not None:
            marks.add(violation.unknown, "unknown")
        if violation.missing is not None:
            marks.add(violation.missing, "missing")
    return marks.apply(node, name, "")


@dataclass(slots=True)
class _Marks:
    """What is to be said of a node, and of those below it."""

    here: set[str] = field(default_factory=set)
    below: dict[str | int, _Marks] = field(default_factory=dict)

    def add(self, path: Path, mark: str) -> None:
        at = self
        for step in path:
            at = at.below.setdefault(step, _Marks())
        at.here.add(mark)

    def apply(self, node: Node, name: str | int, parent: str | int) -> Node:
        if "broken" in self.here:
            return replace(node, value={} if parent in _NAMED_ENTRIES else None, broken=True)
        if isinstance(node.value, dict):
            entries = dict(node.value)
            for step, marks in self.below.items():
                key = str(step)
                if "unknown" in marks.here:
                    del entries[key]
                elif key in entries:
                    entries[key] = marks.apply(entries[key], key, name)
                elif "missing" in marks.here:
                    entries[key] = Node(None, node.file, node.line, node.column, broken=True)
            return replace(node, value=entries)
        if isinstance(node.value, list):
            items = list(node.value)
            for step, marks in self.below.items():
                items[int(step)] = marks.apply(items[int(step)], step, name)
            return replace(node, value=items)
        return node


@cache
def _validator(part: str) -> Any:
    from jsonschema import Draft202012Validator, ValidationError, validators

    @cache
    def compiled(pattern: str) -> re.Pattern[str]:
        # In JSON Schema $ is the very end; in Python it would also match before a final line break.
        return re.compile(re.sub(r"\$\Z", r"\\Z", pattern))

    def pattern(_: Any, expected: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not compiled(expected).search(instance):
            yield ValidationError("does not match")

    # JSON Schema takes 3072.0 for an integer; YAML that says 3072.0 is a slip.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    extend: Any = validators.extend  # untyped in types-jsonschema
    strict: Any = extend(Draft202012Validator, {"pattern": pattern}, type_checker=types)
    return strict(_inlined(schema()["$defs"][part]))


def _inlined(rules: Any) -> Any:
    """The rules with what each `$ref` names in its place: half the time of looking it up for every value.

    Where both have the same keyword, the rules of the `$ref` go under allOf, so that both hold.
    """
    if isinstance(rules, list):
        return [_inlined(child) for child in rules]
    if not isinstance(rules, dict):
        return rules
    own = {key: _inlined(child) for key, child in rules.items() if key != "$ref"}
    if "$ref" not in rules:
        return own
    named = definition(rules["$ref"])
    target = _inlined({key: child for key, child in named.items() if key not in _NOT_RULES})
    if own.keys() & target.keys() - _NOT_RULES - {"errorMessage"}:
        return {**own, "allOf": [target, *own.get("allOf", [])]}
    return {**target, **own}
