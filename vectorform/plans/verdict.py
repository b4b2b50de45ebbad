"""What was decided about a plan that deletes vectors: by the guard, for a rollout to carry out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused` says why the plan is not applied; None: it may be. `notes` say what was checked."""

    refused: str | None = None
    notes: tuple[str, ...] = ()
