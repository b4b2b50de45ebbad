"""One thing that was checked: by `vectorform backend check`, a synth, a rollout, `vectorform doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["fine", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked (`unknown`: could not be). `fix` is what to do, unless it is fine."""

    outcome: Outcome
    what: str
    fix: str = ""
