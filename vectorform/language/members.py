"""The members of a definition: what its `for_each` lists, or the variable that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vectorform.language.definitions import FOR_EACH, DefinitionError
from vectorform.language.nodes import Node, Path
from vectorform.language.rules.form import MEMBERS
from vectorform.wording import did_you_mean, show


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a definition: an item of the list, or a key of the map and what the map has there."""

    name: str
    node: Node


def members_of(each: Node, path: Path, variables: Mapping[str, Node]) -> list[Member]:
    """The members that the `for_each` of the definition at `path` gives. Raises DefinitionError."""
    path = (*path, FOR_EACH)
    listed = _listed(each, path, variables)
    if isinstance(listed.value, dict):
        return [Member(name, node) for name, node in listed.value.items() if node.value is not None]
    members: dict[str, Member] = {}
    for item in listed.items:
        if isinstance(item.value, bool) or not isinstance(item.value, str | int):
            raise _error(item, path, "an item is not text", "list texts, or write a map of maps")
        if str(item.value) in members:
            raise _error(item, path, f"{show(item.value)} is listed twice", "list it once")
        members[str(item.value)] = Member(str(item.value), item)
    return list(members.values())


def _listed(each: Node, path: Path, variables: Mapping[str, Node]) -> Node:
    """The list or map that `for_each` names, or is."""
    if each.broken:
        raise DefinitionError
    if isinstance(each.value, dict | list):
        return each
    hint = "write the name of a variable that is a list or a map, or a list"
    if not isinstance(each.value, str):
        raise _error(each, path, "is neither a list nor a map", hint)
    name = each.value[1:-1] if each.value.startswith("{") and each.value.endswith("}") else each.value
    found = variables.get(name)
    if found is None:
        near = did_you_mean(name, [k for k, v in variables.items() if isinstance(v.value, dict | list)])
        raise _error(each, path, f"there is no variable {show(name)}", near or hint)
    if not isinstance(found.value, dict | list):
        raise _error(each, path, f"the variable {show(name)} is neither a list nor a map", hint)
    return found


def _error(node: Node, path: Path, message: str, hint: str) -> DefinitionError:
    return DefinitionError(MEMBERS.at(node, path, message, hint))
