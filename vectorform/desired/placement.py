"""Where a state has the indexes of a stack: known where the state can be read before it is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """An index in a state: the address of its block, and whether it has non-filterable metadata keys."""

    block: str
    keyless: bool


# By the key of the instance, "bucket/index".
Placement = Mapping[str, Placed]
