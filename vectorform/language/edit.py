"""Entries added to YAML files with everything else left as it is: comments, order, quotes, alignment.

ruamel.yaml makes the change; only the lines that it changed are taken over into the user's text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher, unified_diff
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, MarkedYAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.tokens import CommentToken
from ruamel.yaml.util import load_yaml_guess_indent

from vectorform.errors import UserError
from vectorform.language.nodes import Plain
from vectorform.language.scalars import AmbiguousError, resolve

_TAB_AT_END = re.compile(r"\t(?=[ \t]*(?:#|$))", re.MULTILINE)
MODELINE = "# yaml-language-server: $schema=../schemas/environment.schema.json\n"


def add_entry(text: str, path: Sequence[str], entry: Mapping[str, Plain]) -> str:
    """The YAML text with a map at `path`, whose last step is a new key; missing maps on the way are made.

    Raises KeyError if the key exists or something on the way is not a map.
    """

    def change(document: Any) -> None:
        node = document
        *way, last = path
        while way and way[0] in node:
            node = node[way.pop(0)]
            if not isinstance(node, CommentedMap):
                raise KeyError(path[-len(way) - 2])
        if not way and last in node:
            raise KeyError(last)
        value: Plain = dict(entry)
        for step in reversed([*way[1:], last] if way else []):
            value = {step: value}
        _append(node, way[0] if way else last, _styled(value))

    return changed(text, change)


def set_entry(text: str, path: Sequence[str], entries: Mapping[str, Mapping[str, Plain]]) -> str:
    """The YAML text with a map of maps at `path`, each of those on one line, in place of what is there.

    Missing maps on the way are made; those that stand on one line are spread over several. Raises KeyError if
    something on the way is not a map.
    """

    return set_value(text, path, CommentedMap({key: _one_line(entry) for key, entry in entries.items()}))


def set_value(text: str, path: Sequence[str], plain: Any) -> str:
    """The YAML text with a value at `path`, in place of what is there.

    Missing maps on the way are made; those that stand on one line are spread over several. Raises KeyError if
    something on the way is not a map.
    """
    return changed(text, setting(path, plain))


def setting(path: Sequence[str], plain: Any) -> Callable[[Any], None]:
    """What `set_value` does to the document of ruamel.yaml, for `changed`."""

    def change(document: Any) -> None:
        value = _styled(plain)
        node = document
        *way, last = path
        for position, step in enumerate(way):
            if step not in node:
                for missing in reversed([*way[position + 1 :], last]):
                    value = CommentedMap({missing: value})
                _append(node, step, value)
                return
            node = node[step]
            if not isinstance(node, CommentedMap):
                raise KeyError(step)
            node.fa.set_block_style()
        if last in node:
            tail = _take_tail(node[last])
            node[last] = value
            _give_tail(value, tail)
        else:
            _append(node, last, value)

    return change


def add_to_list(text: str, key: str, items: Sequence[Plain], inherited: bool) -> str:
    """The YAML text with the last of `items` added to the top-level list `key`.

    With `inherited`, the text has no such list yet, and gets all of `items`.
    """

    def change(document: Any) -> None:
        if inherited:
            _append(document, key, _styled(list(items)))
        else:
            _append_item(document[key], _styled(items[-1]))

    return changed(text, change)


def new_environment(values: Mapping[str, Plain]) -> str:
    """The text of a new environment file, with the line that tells editors its schema."""
    return MODELINE + _dump(YAML(), _styled(dict(values)))


def diff(old: str, new: str, file: str) -> str:
    """The change as a unified diff."""
    lines = unified_diff(old.splitlines(), new.splitlines(), file, file, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def changed(original: str, change: Callable[[Any], None]) -> str:
    """The text after `change` was done to what ruamel.yaml reads in it; other lines stay as they are."""
    text = original.replace("\r\n", "\n")  # ruamel writes line feeds alone
    text = _TAB_AT_END.sub(" ", text)  # and takes no tab there; the lines that stay keep theirs
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.explicit_start = re.search(r"^---", text, re.MULTILINE) is not None
    try:
        document, sequence, offset = load_yaml_guess_indent(text, yaml=yaml)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UserError(f"line {line} is YAML that no command can edit ({error.problem})") from error
    yaml.indent(mapping=_map_indent(text), sequence=sequence or 2, offset=offset or 0)
    before = _dump(yaml, document)
    change(document)
    after = _dump(yaml, document)
    return _transfer(original, before, after)


def _dump(yaml: Any, document: Any) -> str:
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _transfer(text: str, before: str, after: str) -> str:
    """What changed from `before` to `after`, done to `text`, whose spaces and line ends are its own."""
    end = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    old, new = before.splitlines(), after.splitlines()
    own = text.splitlines(keepends=True)
    if len(old) != len(own):
        return "".join(f"{line}{end}" for line in new)
    if own and not own[-1].endswith("\n"):
        own[-1] += end
    result: list[str] = []
    for kind, start, stop, new_start, new_stop in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        result += own[start:stop] if kind == "equal" else [f"{line}{end}" for line in new[new_start:new_stop]]
    return "".join(result)


def _map_indent(text: str) -> int:
    """By how much the file indents maps: 2 unless its first indented key says otherwise."""
    match = re.search(r"^[^\s#-][^\n]*:[^\S\n]*\n(?:[^\S\n]*(?:#[^\n]*)?\n)*( +)[^\s#-]", text, re.MULTILINE)
    return len(match[1]) if match else 2


def _append(node: Any, key: str, value: Any) -> None:
    """Add a key at the end of a map, before the comments that follow the map."""
    if not node:
        node.fa.set_block_style()
    tail = _take_tail(node)
    node[key] = value
    _give_tail(node, tail)


def _append_item(node: Any, value: Any) -> None:
    if node.fa.flow_style():
        node.append(value)
        return
    tail = _take_tail(node)
    node.append(value)
    _give_tail(node, tail)


def _last(node: Any) -> tuple[Any, Any, int] | None:
    """The innermost last entry of a block: its container, its key, and where ruamel keeps its comment."""
    found = None
    while isinstance(node, CommentedMap | CommentedSeq) and node and not node.fa.flow_style():
        key: Any = len(node) - 1 if isinstance(node, CommentedSeq) else list(node)[-1]
        found = (node, key, 0 if isinstance(node, CommentedSeq) else 2)
        node = node[key]
    return found


def _take_tail(node: Any) -> str:
    """Cut off the lines of comment and space that follow a block; ruamel keeps them with its last entry."""
    last = _last(node)
    if last is None:
        return ""
    container, key, slot = last
    comment = container.ca.items.get(key)
    token = comment[slot] if comment else None
    if token is None:
        return ""
    own_line, _, tail = token.value.partition("\n")
    if own_line:
        token.value = f"{own_line}\n"
    else:
        comment[slot] = None
        value = container[key]
        if hasattr(value, "ca") and value.ca.comment:
            value.ca.comment[0] = None
    return str(tail)


def _give_tail(node: Any, tail: str) -> None:
    last = _last(node)
    if not tail or last is None:
        return
    container, key, slot = last
    comment = container.ca.items.setdefault(key, [None, None, None, None])
    comment[slot] = CommentToken(f"\n{tail}", CommentMark(0), None)


def _one_line(entry: Mapping[str, Plain]) -> Any:
    styled = _styled(dict(entry))
    styled.fa.set_flow_style()
    return styled


def _styled(value: Any) -> Any:
    """The value as ruamel writes it by hand's custom: maps in lines, plain lists in brackets."""
    if isinstance(value, CommentedMap):
        return value
    if isinstance(value, dict):
        styled = CommentedMap({key: _styled(child) for key, child in value.items()})
        if not value:
            styled.fa.set_flow_style()
        return styled
    if isinstance(value, list):
        sequence = CommentedSeq([_styled(child) for child in value])
        if not any(isinstance(child, dict) for child in value):
            sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str):
        try:
            return value if resolve(value) == value else DoubleQuotedScalarString(value)
        except AmbiguousError:
            return DoubleQuotedScalarString(value)
    return value
