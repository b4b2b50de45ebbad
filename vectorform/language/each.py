"""`{each}` and `{each.FIELD}`: what they stand for in one member of a definition.

`{each}` is the item, or the key of the map; `{each.FIELD}` is what the map has there. A value that is one
template keeps its type. A definition within a definition has its own `{each}`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from vectorform.language.definitions import FOR_EACH, DefinitionError
from vectorform.language.members import Member
from vectorform.language.nodes import Node, Path
from vectorform.language.rules.form import FIELD, KEY_OF_EACH
from vectorform.wording import did_you_mean, show

_EACH = re.compile(r"(?<!\$)\{(each(?:\.[^{}.]+)*)\}")
_WHOLE = re.compile(r"\{(each(?:\.[^{}.]+)*)\}\Z")


def key_of(key: str, entry: Node, member: Member, path: Path) -> str:
    """The key of a member, from that of its definition. Raises DefinitionError."""
    if "each" not in {name.partition(".")[0] for name in _EACH.findall(key)}:
        message = "the key of an entry with for_each lacks {each}"
        hint = f'write "{key}-{{each}}": each member needs a key of its own'
        raise DefinitionError(KEY_OF_EACH.at(entry, path, message, hint, key=True))
    return _text(key, entry, member, path)


def filled(node: Node, member: Member, path: Path) -> Node:
    """The value with `{each}` filled in. What has none stays the very same node. Raises DefinitionError."""
    value = node.value
    if isinstance(value, str):
        if "{each" not in value:
            return node
        whole = _WHOLE.match(value)
        if whole:
            return replace(node, value=_field(whole[1], node, member, path).value)
        return replace(node, value=_text(value, node, member, path))
    if isinstance(value, list):
        items = [filled(item, member, (*path, i)) for i, item in enumerate(value)]
        same = all(new is old for new, old in zip(items, value, strict=True))
        return node if same else replace(node, value=items)
    if not isinstance(value, dict):
        return node
    if FOR_EACH in value:  # a definition of its own: its {each} is another one
        listed = filled(value[FOR_EACH], member, (*path, FOR_EACH))
        return replace(node, value={**value, FOR_EACH: listed})
    entries: dict[str, Node] = {}
    changed = False
    for key, child in value.items():
        nested = FOR_EACH in child.mapping
        own = _text(key, child, member, path) if "{each" in key and not nested else key
        made = filled(child, member, (*path, own))
        changed = changed or made is not child or own != key
        entries[own] = made
    return replace(node, value=entries) if changed else node


def _text(template: str, node: Node, member: Member, path: Path) -> str:
    def text(match: re.Match[str]) -> str:
        field = _field(match[1], node, member, path)
        if isinstance(field.value, str) or (
            isinstance(field.value, int) and not isinstance(field.value, bool)
        ):
            return str(field.value)
        kind = "a list" if field.items or isinstance(field.value, list) else "no text"
        hint = "a part of a text must be text: put it in quotes where it is defined"
        raise _error(node, path, f"{show(match[0])} of {show(member.name)} is {kind}", hint)

    return _EACH.sub(text, template)


def _field(name: str, node: Node, member: Member, path: Path) -> Node:
    if name == "each":
        return replace(node, value=member.name if isinstance(member.node.value, dict) else member.node.value)
    found = member.node
    for step in name.split(".")[1:]:
        if step not in found.mapping:
            near = did_you_mean(step, list(found.mapping))
            hint = near if found.mapping else "write a map of maps: for_each over a list has only {each}"
            raise _error(node, path, f"{show(member.name)} has no {show(step)}", hint)
        found = found.mapping[step]
    return found


def _error(node: Node, path: Path, message: str, hint: str) -> DefinitionError:
    return DefinitionError(FIELD.at(node, path, message, hint))
