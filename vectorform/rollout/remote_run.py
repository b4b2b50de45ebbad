"""A region's run in HCP Terraform: what Terraform tells of it, and how it is taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from vectorform.processes.remote_runs import Patience, run_url, waiting_for
from vectorform.rollout.row import Row

# A run that waits for one that waits for an approval would wait for days, and be the next in its way.
WAITING_SECONDS = 600.0


class RemoteRuns(Protocol):
    """Runs in HCP Terraform, by the addresses of their pages."""

    def plan(self, url: str) -> bytes:
        """The plan of a run as JSON. Raises UserError."""

    def withdraw(self, url: str) -> tuple[bool, str]:
        """Take back a run that is not going to be applied: whether it is gone, and what to say of it."""


@dataclass
class RunLines:
    """What Terraform prints of a run in HCP Terraform, next to its plan and its apply.

    `gave_up` is the line that made the waiting too long, empty while it is not.
    """

    row: Row
    gave_up: str = field(default="", init=False)
    _patience: Patience = field(default_factory=lambda: Patience(WAITING_SECONDS), init=False)

    def line(self, line: str) -> bool:
        """Put a line on the board, if it tells something; whether the run has waited enough."""
        url, waiting = run_url(line), waiting_for(line)
        if url and url != self.row.progress.run:
            self.row.update(run=url, doing=f"its run: {url}")
        elif waiting:
            self.row.update(waiting_for=waiting, doing=waiting)
        if not self.gave_up and self._patience.ended(line):
            self.gave_up = line.strip()
        return bool(self.gave_up)


def take_back(row: Row, runs: RemoteRuns) -> None:
    """Leave no run behind that waits for a click: anybody could apply it, and every other one waits."""
    progress = row.progress
    if not progress.run or progress.phase == "done":
        return
    row.update(doing="canceling its run")
    gone, text = runs.withdraw(progress.run)
    if not gone or progress.phase != "planned":
        row.update(problems=(*progress.problems, text))
