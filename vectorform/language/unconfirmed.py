"""An environment as if no deletion were confirmed: for the commands that do what a confirmation waits for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

from vectorform.desired.model import Environment
from vectorform.language.loader import check
from vectorform.language.nodes import Node

_CONFIRMATION = "confirm_destroy"


def load_unconfirmed(name: str, root: FilePath) -> Environment:
    """The environment, of which a confirmed deletion without a comparison is no error.

    Raises ConfigurationError and UnreadableError, as `load` does.
    """
    report = check(name, root)
    retired = report.tree.mapping.get("retired") if report.tree is not None else None
    if report.environment is None and report.tree is not None and retired is not None and retired.mapping:
        over = replace(report.tree, value={"retired": _taken_back(retired)})
        report = check(name, root, over=over)
    return report.required()


def _taken_back(retired: Node) -> Node:
    """The confirmations, each where it was written, and false."""
    return replace(
        retired,
        value={
            address: replace(entry, value={_CONFIRMATION: replace(entry.mapping[_CONFIRMATION], value=False)})
            for address, entry in retired.mapping.items()
            if _CONFIRMATION in entry.mapping
        },
    )
