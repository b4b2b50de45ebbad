"""Where each region of an environment was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.language.nodes import Node, Path
from vectorform.language.rules.subjects import Configuration


@dataclass(frozen=True, slots=True)
class WrittenRegion:
    """The name of a region, and where it stands."""

    name: str
    node: Node
    path: Path


def written_regions(configuration: Configuration) -> Iterator[WrittenRegion]:
    """The regions in the order of the file."""
    for position, tree in enumerate(configuration.regions):
        node = tree.node.mapping.get("name", tree.node)
        path: Path = ("regions", position) if node is tree.node else ("regions", position, "name")
        yield WrittenRegion(tree.name, node, path)
