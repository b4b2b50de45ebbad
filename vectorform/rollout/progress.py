"""How far a rollout is, as data: one `RegionProgress` per region, replaced as it continues."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Phase = Literal[
    "waiting",  # its wave has not come yet
    "skipped",  # left out by --from or --only
    "planning",
    "planned",  # a dry run ends here
    "applying",
    "verifying",
    "done",
    "failed",
    "stopped",  # interrupted by a person or a signal
    "held",  # never started, because of what happened in a wave before
]

ACTIVE: frozenset[Phase] = frozenset({"planning", "applying", "verifying"})
WELL: frozenset[Phase] = frozenset({"planned", "done"})


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan is going to do, in numbers of resources. A replacement counts as one of each.

    `search`: index modes or text search are set, which are no resources.
    """

    add: int = 0
    change: int = 0
    destroy: int = 0
    search: bool = False

    @property
    def steps(self) -> int:
        """How many operations the apply consists of."""
        return self.add + self.change + self.destroy

    def __str__(self) -> str:
        parts = [(self.add, "to add"), (self.change, "to change"), (self.destroy, "to destroy")]
        return counts(parts) or ("search settings to set" if self.search else "no changes")


def counts(parts: Iterable[tuple[int, str]]) -> str:
    """Those of the numbers that are not 0, in words."""
    return ", ".join(f"{count} {what}" for count, what in parts if count)


@dataclass(frozen=True, slots=True)
class RegionProgress:
    """One region. `wave` counts from 1; `applied` operations of `planned.steps` are finished.

    `started` and `ended` are times of the monotonic clock; `problems` says what went wrong, in full, and
    `notes` what to know before its plan is applied: who may, and what was checked first.
    `run` is the page of its run in HCP Terraform, `waiting_for` what Terraform says that the run waits for.
    `began`: its apply has begun, so that AWS may have changed.
    `terraform_intervals` is when Terraform itself was running, start and end of each command.
    """

    region: str
    stack: str
    wave: int
    phase: Phase = "waiting"
    planned: Planned | None = None
    applied: int = 0
    doing: str = ""
    started: float | None = None
    ended: float | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    terraform_intervals: tuple[tuple[float, float], ...] = ()
    run: str = ""
    waiting_for: str = ""
    began: bool = False

    @property
    def seconds(self) -> float:
        """How long it has taken, until now or until its end."""
        if self.started is None:
            return 0.0
        return (time.monotonic() if self.ended is None else self.ended) - self.started


Observer = Callable[[RegionProgress], None]


class Board:
    """The progress of every region, written by the threads that deploy them. Thread-safe."""

    def __init__(self, regions: Sequence[RegionProgress], observer: Observer = lambda _: None) -> None:
        self._lock = threading.Lock()
        self._regions = {progress.region: progress for progress in regions}
        self._observer = observer

    def update(self, region: str, **changes: Any) -> RegionProgress:
        """Replace some fields of one region's progress, and tell the observer."""
        with self._lock:
            progress = replace(self._regions[region], **changes)
            self._regions[region] = progress
            self._observer(progress)
        return progress

    def __getitem__(self, region: str) -> RegionProgress:
        with self._lock:
            return self._regions[region]

    def all(self) -> tuple[RegionProgress, ...]:
        """Every region, by wave."""
        with self._lock:
            return tuple(self._regions.values())
