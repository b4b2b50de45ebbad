"""Every region with its vector_buckets: the environment's, the region's own over them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vectorform.language.definitions import has_definitions
from vectorform.language.expansion import Expansion
from vectorform.language.merging import merge
from vectorform.language.nodes import Node, Path, plain
from vectorform.language.typed_variables import substituted

VECTOR_BUCKETS = "vector_buckets"


@dataclass(frozen=True, slots=True)
class RegionTree:
    """A region and its vector_buckets, the region's overrides merged in."""

    name: str
    node: Node
    vector_buckets: Node

    def with_buckets(self, vector_buckets: Node) -> RegionTree:
        """The same region with other vector_buckets."""
        return RegionTree(self.name, self.node, vector_buckets)


def region_trees(root: Node, expanded: Node, expansion: Expansion) -> list[RegionTree]:
    """The regions of an environment: `root` as it is written, `expanded` with its definitions expanded."""
    nothing = Node({}, root.file, root.line, root.column)
    shared = root.mapping.get(VECTOR_BUCKETS, nothing)
    everywhere = expanded.mapping.get(VECTOR_BUCKETS, nothing)
    trees = []
    regions = root.mapping.get("regions")
    for position, item in enumerate(regions.items if regions is not None else ()):
        name = item.mapping["name"].value if "name" in item.mapping else item.value
        if item.broken or not isinstance(name, str):
            continue
        buckets = everywhere
        if VECTOR_BUCKETS in item.mapping:
            own = item.mapping[VECTOR_BUCKETS]
            buckets = _overridden(shared, own, ("regions", position, VECTOR_BUCKETS), expansion)
        trees.append(RegionTree(name, item, buckets))
    return trees


def expanded_tree(root: Node) -> Node:
    """The same environment without a definition in it: every member is an entry of its own.

    What a region overrides of a definition is then an override of its members. The tree is a sound one.
    """
    whole = substituted(root, [])
    expansion = Expansion(whole.mapping.get("variables", whole).mapping, [])
    expanded = expansion.environment(whole)
    if expanded is whole:
        return whole
    shared = expanded.mapping[VECTOR_BUCKETS]
    by_position = dict(enumerate(region_trees(whole, expanded, expansion)))
    regions = []
    for position, item in enumerate(expanded.mapping["regions"].items):
        if VECTOR_BUCKETS in item.mapping:
            own = _difference(shared, by_position[position].vector_buckets)
            item = replace(item, value={**item.mapping, VECTOR_BUCKETS: own})
        regions.append(item)
    return replace(
        expanded,
        value={**expanded.mapping, "regions": replace(expanded.mapping["regions"], value=regions)},
    )


def _difference(base: Node, merged: Node) -> Node:
    """What merged over `base` gives `merged`."""
    entries: dict[str, Node] = {
        key: replace(child, value=None) for key, child in base.mapping.items() if key not in merged.mapping
    }
    for key, child in merged.mapping.items():
        below = base.mapping.get(key)
        if below is None or plain(below) != plain(child):
            both = below is not None and isinstance(below.value, dict) and isinstance(child.value, dict)
            entries[key] = _difference(below, child) if below is not None and both else child
    return replace(merged, value=entries)


def _overridden(shared: Node, own: Node, path: Path, expansion: Expansion) -> Node:
    """What a region has: what it overrides of definitions comes before these are expanded, members after."""
    if not has_definitions(shared, VECTOR_BUCKETS) and not has_definitions(own, VECTOR_BUCKETS):
        return merge(shared, own, path, expansion.problems)
    definitions, members = _split(own, shared)
    merged = merge(shared, definitions, path, expansion.problems)
    expanded = expansion.section(VECTOR_BUCKETS, merged, (VECTOR_BUCKETS,))
    if any(entry.broken for entry in expanded.mapping.values()):  # nobody knows what its members are
        return expanded
    return merge(expanded, members, path, expansion.problems)


def _split(own: Node, shared: Node) -> tuple[Node, Node]:
    """What overrides the entries as they are written, and what only their members can have."""
    first: dict[str, Node] = {}
    rest: dict[str, Node] = {}
    for key, entry in own.mapping.items():
        below = shared.mapping.get(key)
        if below is None and "{" not in key:
            rest[key] = entry
            continue
        indexes = entry.mapping.get("indexes")
        if below is None or indexes is None or not indexes.mapping:
            first[key] = entry
            continue
        nothing = Node({}, indexes.file, indexes.line, indexes.column)
        whole, members = _split(indexes, below.mapping.get("indexes", nothing))
        first[key] = replace(entry, value={**entry.mapping, "indexes": whole})
        if members.mapping and "{" not in key:
            rest[key] = replace(entry, value={"indexes": members})
        elif members.mapping:
            first[key] = entry
    return replace(own, value=first), replace(own, value=rest)
