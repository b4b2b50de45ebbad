"""An entry of `retired` to the desired state."""

from __future__ import annotations

from typing import Any

from vectorform.desired.attributes import COMPARISON, REPLACEMENT, RETIREMENT
from vectorform.desired.model import Comparison, Replacement, Retirement
from vectorform.language.nodes import Node
from vectorform.language.typed_values import as_written, entries

_NOTHING = "nothing"
# What stands for the required keys of a comparison where it has not even those: the seal then does not fit.
_MISSED: dict[str, Any] = {"successor": "", "at": "", "vectors": 0}


def retirement(node: Node) -> Retirement:
    """What the entry says, as far as it says something."""
    return Retirement(
        replaced_by=_replacement(node.mapping.get("replaced_by")),
        compared={region: _comparison(child) for region, child in entries(node.mapping.get("compared"))},
        **{"reason": "", **as_written(RETIREMENT, node)},
    )


def _replacement(node: Node | None) -> Replacement | None:
    if node is None or node.broken:
        return None
    if isinstance(node.value, str):
        return Replacement(None if node.value == _NOTHING else node.value)
    return Replacement(**{"index": "", **as_written(REPLACEMENT, node)})


def _comparison(node: Node) -> Comparison:
    return Comparison(**{**_MISSED, **as_written(COMPARISON, node)})
