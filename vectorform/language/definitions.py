"""Definitions of many, as they are written: where they may be, and how to tell them from other entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vectorform.language.nodes import Node
from vectorform.language.problems import Problem

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


class DefinitionError(Exception):
    """A definition that cannot be expanded. `problem` is None where that has been complained about."""

    def __init__(self, problem: Problem | None = None) -> None:
        super().__init__(problem)
        self.problem = problem


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


def overrides_definition(region: Node) -> bool:
    """Whether a region overrides something of a definition."""
    return any(
        "{" in key or any("{" in index for index in bucket.mapping.get("indexes", bucket).mapping)
        for key, bucket in region.mapping.get("vector_buckets", region).mapping.items()
    )


def without_definitions(node: Node) -> Node:
    """What a region overrides, without what it overrides of definitions."""
    if not isinstance(node.value, dict):
        return node
    kept = {key: without_definitions(child) for key, child in node.value.items() if "{" not in key}
    return replace(node, value=kept)


def without_for_each(entry: Node) -> Node:
    """What a definition says of each member."""
    return replace(entry, value={key: child for key, child in entry.mapping.items() if key != FOR_EACH})
