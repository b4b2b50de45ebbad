"""Every value of the effective configuration, and where it was written: for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.model import Environment
from vectorform.language.explain import effective, locate
from vectorform.language.nodes import Node, Path, Plain, path_text, plain
from vectorform.language.region_trees import expanded_tree


@dataclass(frozen=True, slots=True)
class Origin:
    """One value: `file` None is a default of this tool; line and column count from 1."""

    path: str
    value: Plain
    file: str | None
    line: int | None
    column: int | None


def origins(environment: Environment, tree: Node, path: str = "") -> tuple[Plain, list[Origin]]:
    """The configuration at `path` as plain data, and its values one by one. Raises UnreadableError."""
    steps, node = locate(effective(environment, expanded_tree(tree)), path, environment.name)
    return plain(node), list(_leaves(node, steps))


def _leaves(node: Node, path: Path) -> Iterator[Origin]:
    if isinstance(node.value, dict) and node.value:
        for key, child in node.value.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(node.value, list) and node.value:
        for position, child in enumerate(node.value):
            yield from _leaves(child, (*path, position))
    else:
        place = (node.file, node.line, node.column) if node.file else (None, None, None)
        yield Origin(path_text(path), plain(node), *place)
