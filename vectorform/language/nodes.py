"""A configuration as a tree of values that know where they were written.

YAML files and Python builders both end as this tree; layers are merged on it, the schema sees it as plain
data, and every problem finds its file, line and column in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from vectorform.wording import printable

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | dict[str, Plain] | list[Plain]"
Path: TypeAlias = tuple[str | int, ...]

_SIMPLE_KEY = re.compile(r"[\w-]+\Z")


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it was written: file as the user would name it, line and column from 1.

    `key_line` and `key_column` are the position of its key (0 for what has none). `broken` marks a value that
    was already complained about, so that nothing else is said about it; `incomplete` a map with a key that
    was refused, so that nothing is missing in it. `definition` is the key of the definition of many that an
    entry is a member of. Nodes are never changed once built.
    """

    value: Scalar | dict[str, Node] | list[Node]
    file: str
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    broken: bool = False
    incomplete: bool = False
    definition: str = ""

    @property
    def mapping(self) -> dict[str, Node]:
        """Its entries; empty if it is no map."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """Its items; empty if it is no list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def key_position(self) -> tuple[int, int]:
        """Line and column of its key, or of itself where it has none."""
        return (self.key_line, self.key_column) if self.key_line else (self.line, self.column)


def plain(node: Node) -> Plain:
    """The tree as plain data."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


def find(node: Node, path: Sequence[str | int]) -> Node:
    """The node at `path`, or the last one on the way that exists."""
    for step in path:
        value = node.value
        if isinstance(value, dict) and step in value:
            node = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            node = value[step]
        else:
            break
    return node


def has_broken(node: Node) -> bool:
    """Whether anything in the tree was complained about: what builds on all of it is not known."""
    children = node.value.values() if isinstance(node.value, dict) else node.items
    return node.broken or node.incomplete or any(map(has_broken, children))


def without_nulls(node: Node) -> Node:
    """The tree without the map entries that are null."""
    if isinstance(node.value, dict):
        kept = {
            k: without_nulls(child)
            for k, child in node.value.items()
            if child.value is not None or child.broken
        }
        return replace(node, value=kept)
    return node


def path_text(path: Sequence[str | int]) -> str:
    """A path as the user writes it: `vector_buckets.main.indexes."a.b"`, `regions[1].name`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _SIMPLE_KEY.match(step) else f'"{printable(step)}"')
    return text


def texts_at(node: Node, key: str) -> list[tuple[Path, Node, str]]:
    """The texts of the list, or the single text, under `key`: path below `node`, node and text of each."""
    child = node.mapping.get(key)
    if child is None:
        return []
    if isinstance(child.value, str):
        return [((key,), child, child.value)]
    return [((key, i), item, item.value) for i, item in enumerate(child.items) if isinstance(item.value, str)]
