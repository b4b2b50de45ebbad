"""Files over files: what an environment extends, merged in order. `extends` itself is never inherited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from vectorform.language.default_layer import defaults, with_default_tag
from vectorform.language.extends import extended_files
from vectorform.language.files import Files
from vectorform.language.merging import merge
from vectorform.language.nodes import Node
from vectorform.language.packages import package_of
from vectorform.language.problems import Problem
from vectorform.language.rules.files import TOO_LARGE_TOGETHER, TOO_MANY_LAYERS

MAX_LAYERS = 200
MAX_VALUES = 2_000_000  # of all layers together


@dataclass(slots=True)
class Layers:
    """The merged tree (None where a file could not be parsed), its files, and what went wrong on the way."""

    node: Node | None
    problems: list[Problem]
    packages: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def load_layers(files: Files, path: FilePath) -> Layers:
    """The file at `path` over everything that it extends."""
    problems: list[Problem] = []
    layers = _collect(files, path, (), problems, set())
    if layers is None:
        return Layers(None, problems)
    if len(layers) > MAX_LAYERS:
        message = f"more than {MAX_LAYERS} files are merged, counting each as often as it is named"
        problems.append(TOO_MANY_LAYERS.in_file(files.name(path), message, "extend fewer", path=("extends",)))
        return Layers(None, problems)
    if sum(map(_size, layers)) > MAX_VALUES:
        message = f"the files that are merged have more than {MAX_VALUES:,} values together"
        problems.append(
            TOO_LARGE_TOGETHER.in_file(files.name(path), message, "extend fewer", path=("extends",))
        )
        return Layers(None, problems)
    merged = defaults(path.stem)
    for layer in layers:
        merged = merge(merged, layer, (), problems)
    packages = frozenset(filter(None, (package_of(layer.file) for layer in layers)))
    files_of_layers = frozenset(layer.file for layer in layers)
    return Layers(with_default_tag(merged, path.stem), problems, packages, files_of_layers)


def _size(node: Node) -> int:
    """How many values a tree has, up to what is too many; anchors make one of a few lines large."""
    count, left = 0, [node]
    while left and count <= MAX_VALUES:
        count += 1
        value = left.pop().value
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
    return count


def _collect(
    files: Files, path: FilePath, chain: tuple[FilePath, ...], problems: list[Problem], broken: set[FilePath]
) -> list[Node] | None:
    """The layers of a file, lowest first and itself last; None if any could not be parsed.

    `broken` are files of which that is known: they are checked once, however often they are named.
    """
    if path in broken:
        return None
    node, found = files.read(path)
    problems += found
    if node is None:
        broken.add(path)
        return None
    chain = (*chain, path)
    layers: list[Node] = []
    whole = True
    for extended in extended_files(files, node, chain, problems):
        below = _collect(files, extended, chain, problems, broken) if extended else None
        whole = whole and below is not None
        layers += below or []
        if len(layers) > MAX_LAYERS:  # files that name others twice, again and again
            return layers
    own = replace(node, value={key: child for key, child in node.mapping.items() if key != "extends"})
    if not whole:
        broken.add(path)
        return None
    return [*layers, own]
