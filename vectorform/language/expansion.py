"""One definition for many: an entry with `for_each` stands for one entry per item of a list, or key of a map.

The key of a definition is a template: `"tenant-{each}"` with `for_each: tenants` becomes `tenant-acme` and
`tenant-globex` before the schema sees the tree, so that addresses, `retired`, `moved`, references and
messages speak of the members. `{each}` is the item, or the key of the map; `{each.FIELD}` is what the map has
there. A value that is one template keeps its type. A definition within a definition has its own `{each}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.form import FIELD, KEY_OF_EACH, MEMBER_TWICE, MEMBERS
from vectorform.wording import did_you_mean, show

FOR_EACH = "for_each"
# Sections whose entries may be definitions, and where such sections are within an entry.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "vector_buckets": ("indexes",),
    "indexes": (),
    "access": ("grants",),
    "keys": (),
    "grants": (),
    "knowledge_bases": ("data_sources",),
    "data_sources": (),
}
_EACH = re.compile(r"(?<!\$)\{(each(?:\.[^{}.]+)*)\}")
_WHOLE = re.compile(r"\{(each(?:\.[^{}.]+)*)\}\Z")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a definition: what `{each}` is in it, and what its fields are."""

    name: str
    item: str | int
    node: Node


class _NotAMemberError(Exception):
    """A value of a member that cannot be used; it has been complained about."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What definitions are expanded with: the environment's variables, and where problems go."""

    variables: Mapping[str, Node]
    problems: list[Problem]

    def environment(self, root: Node) -> Node:
        """The environment with its definitions expanded.

        What regions override of a definition is left out: `region_trees` puts it over the definition.
        """
        entries = root.mapping
        for name in SECTIONS:
            if name in entries and has_definitions(entries[name], name):
                entries = {**entries, name: self.section(name, entries[name], (name,))}
        regions = entries.get("regions")
        if regions is not None and any(_overrides_definition(item) for item in regions.items):
            items = [_without_definitions(item) for item in regions.items]
            entries = {**entries, "regions": replace(regions, value=items)}
        return root if entries is root.mapping else replace(root, value=entries)

    def section(self, name: str, section: Node, path: Path) -> Node:
        """The section with every definition in it expanded; the very same where there is none."""
        if not has_definitions(section, name):
            return section
        if isinstance(section.value, list):
            return replace(section, value=list(self._items(section, path)))
        made: dict[str, Node] = {}
        for key, entry in section.mapping.items():
            each = entry.mapping.get(FOR_EACH)
            at: Path = (*path, key)
            if each is None and "{each" in key:
                hint = "write for_each: the name of a variable that is a list or a map"
                self._refuse(
                    KEY_OF_EACH, entry, at, "its key contains {each}, but it has no for_each", hint, key=True
                )
                made[key] = replace(entry, value={}, broken=True)
                continue
            if each is None:
                self._add(made, key, self._within(name, entry, at), at)
                continue
            try:
                for member in self._members(each, at):
                    own = self._key(key, entry, member, at)
                    filled = self._filled(_without_for_each(entry), member, (*path, own))
                    filled = replace(filled, definition=key)
                    self._add(made, own, self._within(name, filled, (*path, own)), (*path, own))
            except _NotAMemberError:
                made[key] = replace(entry, value={}, broken=True)
        return replace(section, value=made)

    def _items(self, section: Node, path: Path) -> Iterator[Node]:
        for position, item in enumerate(section.items):
            each = item.mapping.get(FOR_EACH)
            if each is None:
                yield item
                continue
            at: Path = (*path, position)
            try:
                for member in self._members(each, at):
                    yield self._filled(_without_for_each(item), member, at)
            except _NotAMemberError:
                yield replace(item, value=None, broken=True)

    def _within(self, name: str, entry: Node, path: Path) -> Node:
        """An entry with the sections in it expanded."""
        for inner in SECTIONS[name]:
            if inner in entry.mapping:
                section = self.section(inner, entry.mapping[inner], (*path, inner))
                if section is not entry.mapping[inner]:
                    entry = replace(entry, value={**entry.mapping, inner: section})
        return entry

    def _add(self, made: dict[str, Node], key: str, entry: Node, path: Path) -> None:
        other = made.get(key)
        if other is None:
            made[key] = entry
            return
        message = f"{show(key)} occurs twice: {other.file}:{other.key_position[0]} creates it too"
        hint = "remove one; put what differs for a member into a field of the map: {each.FIELD}"
        self._refuse(MEMBER_TWICE, entry, path, message, hint, key=True)

    def _members(self, each: Node, path: Path) -> list[Member]:
        path = (*path, FOR_EACH)
        listed = self._listed(each, path)
        if isinstance(listed.value, dict):
            return [Member(name, name, node) for name, node in listed.value.items() if node.value is not None]
        members: dict[str, Member] = {}
        for item in listed.items:
            if isinstance(item.value, bool) or not isinstance(item.value, str | int):
                raise self._stop(
                    MEMBERS, item, path, "an item is not text", "list texts, or write a map of maps"
                )
            if str(item.value) in members:
                raise self._stop(MEMBERS, item, path, f"{show(item.value)} is listed twice", "list it once")
            members[str(item.value)] = Member(str(item.value), item.value, item)
        return list(members.values())

    def _listed(self, each: Node, path: Path) -> Node:
        """The list or map that `for_each` names, or is."""
        if each.broken:
            raise _NotAMemberError
        if isinstance(each.value, dict | list):
            return each
        hint = "write the name of a variable that is a list or a map, or a list"
        if not isinstance(each.value, str):
            raise self._stop(MEMBERS, each, path, "is neither a list nor a map", hint)
        name = each.value[1:-1] if each.value.startswith("{") and each.value.endswith("}") else each.value
        found = self.variables.get(name)
        if found is None:
            near = did_you_mean(
                name, [k for k, v in self.variables.items() if isinstance(v.value, dict | list)]
            )
            raise self._stop(MEMBERS, each, path, f"there is no variable {show(name)}", near or hint)
        if not isinstance(found.value, dict | list):
            raise self._stop(
                MEMBERS, each, path, f"the variable {show(name)} is neither a list nor a map", hint
            )
        return found

    def _key(self, key: str, entry: Node, member: Member, path: Path) -> str:
        if "each" not in {name.partition(".")[0] for name in _EACH.findall(key)}:
            hint = f'write "{key}-{{each}}": each member needs a key of its own'
            raise self._stop(
                KEY_OF_EACH, entry, path, "the key of an entry with for_each lacks {each}", hint, key=True
            )
        return self._text(key, entry, member, path)

    def _filled(self, node: Node, member: Member, path: Path) -> Node:
        """The value with `{each}` filled in. What has none stays the very same node."""
        value = node.value
        if isinstance(value, str):
            if "{each" not in value:
                return node
            whole = _WHOLE.match(value)
            if whole:
                return replace(node, value=self._field(whole[1], node, member, path).value)
            return replace(node, value=self._text(value, node, member, path))
        if isinstance(value, list):
            items = [self._filled(item, member, (*path, i)) for i, item in enumerate(value)]
            same = all(new is old for new, old in zip(items, value, strict=True))
            return node if same else replace(node, value=items)
        if not isinstance(value, dict):
            return node
        if FOR_EACH in value:  # a definition of its own: its {each} is another one
            listed = self._filled(value[FOR_EACH], member, (*path, FOR_EACH))
            return replace(node, value={**value, FOR_EACH: listed})
        entries: dict[str, Node] = {}
        changed = False
        for key, child in value.items():
            nested = FOR_EACH in child.mapping
            own = self._text(key, child, member, path) if "{each" in key and not nested else key
            filled = self._filled(child, member, (*path, own))
            changed = changed or filled is not child or own != key
            entries[own] = filled
        return replace(node, value=entries) if changed else node

    def _text(self, template: str, node: Node, member: Member, path: Path) -> str:
        def text(match: re.Match[str]) -> str:
            field = self._field(match[1], node, member, path)
            if isinstance(field.value, str) or (
                isinstance(field.value, int) and not isinstance(field.value, bool)
            ):
                return str(field.value)
            kind = "a list" if field.items or isinstance(field.value, list) else "no text"
            hint = "a part of a text must be text: put it in quotes where it is defined"
            raise self._stop(FIELD, node, path, f"{show(match[0])} of {show(member.name)} is {kind}", hint)

        return _EACH.sub(text, template)

    def _field(self, name: str, node: Node, member: Member, path: Path) -> Node:
        if name == "each":
            return replace(
                node, value=member.name if isinstance(member.node.value, dict) else member.node.value
            )
        found = member.node
        for step in name.split(".")[1:]:
            if step not in found.mapping:
                near = did_you_mean(step, list(found.mapping))
                hint = near if found.mapping else "write a map of maps: for_each over a list has only {each}"
                raise self._stop(FIELD, node, path, f"{show(member.name)} has no {show(step)}", hint)
            found = found.mapping[step]
        return found

    def _stop(
        self, rule: Rule, node: Node, path: Path, message: str, hint: str, *, key: bool = False
    ) -> _NotAMemberError:
        self._refuse(rule, node, path, message, hint, key=key)
        return _NotAMemberError()

    def _refuse(
        self, rule: Rule, node: Node, path: Path, message: str, hint: str, *, key: bool = False
    ) -> None:
        self.problems.append(rule.at(node, path, message, hint, key=key))


def has_definitions(section: Node, name: str) -> bool:
    """Whether an entry of the section, or of a section in it, is a definition of many."""
    if any("{each" in key for key in section.mapping):
        return True
    entries = section.items if isinstance(section.value, list) else section.mapping.values()
    return any(
        FOR_EACH in entry.mapping
        or any(
            has_definitions(entry.mapping[inner], inner) for inner in SECTIONS[name] if inner in entry.mapping
        )
        for entry in entries
    )


def _overrides_definition(region: Node) -> bool:
    return any(
        "{" in key or any("{" in index for index in bucket.mapping.get("indexes", bucket).mapping)
        for key, bucket in region.mapping.get("vector_buckets", region).mapping.items()
    )


def _without_definitions(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    kept = {key: _without_definitions(child) for key, child in node.value.items() if "{" not in key}
    return replace(node, value=kept)


def _without_for_each(entry: Node) -> Node:
    return replace(entry, value={key: child for key, child in entry.mapping.items() if key != FOR_EACH})
