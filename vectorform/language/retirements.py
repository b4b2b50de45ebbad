"""An entry of `retired` to the desired state."""

from __future__ import annotations

from vectorform.desired.model import Comparison, Replacement, Retirement
from vectorform.desired.model.defaults import default
from vectorform.language.nodes import Node
from vectorform.language.typed_values import entries, flag, number, text

_NOTHING = "nothing"


def retirement(node: Node) -> Retirement:
    """What the entry says, as far as it says something."""
    return Retirement(
        reason=text(node, "reason"),
        confirm_destroy=flag(node, "confirm_destroy", default(Retirement, "confirm_destroy")),
        keep=flag(node, "keep", default(Retirement, "keep")),
        replaced_by=_replacement(node.mapping.get("replaced_by")),
        compared={region: _comparison(child) for region, child in entries(node.mapping.get("compared"))},
    )


def _replacement(node: Node | None) -> Replacement | None:
    if node is None or node.broken:
        return None
    if isinstance(node.value, str):
        return Replacement(None if node.value == _NOTHING else node.value)
    return Replacement(text(node, "index"), text(node, "other_keys") or None)


def _comparison(node: Node) -> Comparison:
    return Comparison(
        successor=text(node, "successor"),
        at=text(node, "at"),
        vectors=number(node, "vectors") or 0,
        found=number(node, "found"),
        filled=number(node, "filled"),
        rehearsal=flag(node, "rehearsal", default(Comparison, "rehearsal")),
        seal=text(node, "seal"),
    )
