"""The outputs for applications of an environment: parameters in the Parameter Store of each region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vectorform.desired.model.common import Source


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of an environment in one region.

    `path` is where their names begin, with a slash at both ends. `values` are the environment's own, by their
    names below it; a name that begins with a slash is one of its own.
    """

    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)
