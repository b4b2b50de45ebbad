"""One tree over another: what a file says over what it extends.

| what both say | result |
|---|---|
| a map | merged entry by entry, deeply |
| a list | the later one replaces |
| a single value | the later one replaces |
| null in the later one | removes; that there is nothing to remove is an error |
| null for a default tag | removes that |

The same rules put a region's overrides over the environment (`vectorform.language.region_trees`).
"""

from __future__ import annotations

from dataclasses import replace

from vectorform.language.default_layer import is_default_map
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rules.files import NOTHING_TO_REMOVE


def merge(base: Node | None, over: Node, path: Path, problems: list[Problem]) -> Node:
    """`over` merged over `base` by the rules above. Nulls that have nothing to remove go to `problems`."""
    if not isinstance(over.value, dict):
        return over
    below = base.mapping if base is not None else {}
    merged = dict(below)
    for key, child in over.value.items():
        if child.value is None and not child.broken:
            if key not in below or is_default_map(below[key]):
                problems.append(_nothing_to_remove(child, (*path, key)))
            merged.pop(key, None)
        elif isinstance(child.value, dict):
            merged[key] = merge(below.get(key), child, (*path, key), problems)
        else:
            merged[key] = child
    return replace(over, value=merged)


def _nothing_to_remove(node: Node, path: Path) -> Problem:
    message = "has no value, and there is nothing for it to remove"
    hint = "give it a value ({} for an empty map), or delete the line"
    if len(path) > 1 and path[-2] == "indexes":
        message = "has no value: an index needs dimension and distance_metric"
        hint = f"write {path[-1]}: {{dimension: 1024, distance_metric: cosine}}, with your model's dimension"
    return NOTHING_TO_REMOVE.at(node, path, message, hint, key=True)
