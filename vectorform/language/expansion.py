"""One definition for many: an entry with `for_each` stands for one entry per item of a list, or key of a map.

The key of a definition is a template: `"tenant-{each}"` with `for_each: tenants` becomes `tenant-acme` and
`tenant-globex` before the schema sees the tree, so that addresses, `retired`, `moved`, references and
messages speak of the members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vectorform.language.definitions import (
    FOR_EACH,
    SECTIONS,
    DefinitionError,
    has_definitions,
    overrides_definition,
    without_definitions,
    without_for_each,
)
from vectorform.language.each import filled, key_of
from vectorform.language.members import members_of
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rules.form import KEY_OF_EACH, MEMBER_TWICE
from vectorform.wording import show


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
        if regions is not None and any(overrides_definition(item) for item in regions.items):
            items = [without_definitions(item) for item in regions.items]
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
            at: Path = (*path, key)
            try:
                if FOR_EACH in entry.mapping:
                    for own, member in self._entries(key, entry, at):
                        self._add(made, own, self._within(name, member, (*path, own)), (*path, own))
                elif "{each" in key:
                    raise _no_for_each(entry, at)
                else:
                    self._add(made, key, self._within(name, entry, at), at)
            except DefinitionError as error:
                self._complain(error)
                made[key] = replace(entry, value={}, broken=True)
        return replace(section, value=made)

    def _entries(self, key: str, entry: Node, path: Path) -> Iterator[tuple[str, Node]]:
        """The members of the definition at `path`, with their keys. Raises DefinitionError."""
        for member in members_of(entry.mapping[FOR_EACH], path, self.variables):
            own = key_of(key, entry, member, path)
            node = filled(without_for_each(entry), member, (*path[:-1], own))
            yield own, replace(node, definition=key)

    def _items(self, section: Node, path: Path) -> Iterator[Node]:
        """The items of a list, each definition as its members."""
        for position, item in enumerate(section.items):
            each = item.mapping.get(FOR_EACH)
            if each is None:
                yield item
                continue
            at: Path = (*path, position)
            try:
                for member in members_of(each, at, self.variables):
                    yield filled(without_for_each(item), member, at)
            except DefinitionError as error:
                self._complain(error)
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
        self.problems.append(MEMBER_TWICE.at(entry, path, message, hint, key=True))

    def _complain(self, error: DefinitionError) -> None:
        if error.problem:
            self.problems.append(error.problem)


def _no_for_each(entry: Node, path: Path) -> DefinitionError:
    message = "its key contains {each}, but it has no for_each"
    hint = "write for_each: the name of a variable that is a list or a map"
    return DefinitionError(KEY_OF_EACH.at(entry, path, message, hint, key=True))
