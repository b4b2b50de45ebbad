"""The Terraform commands of one region: init, plan, show and apply, with their progress on the board."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path

from vectorform.plans.changes import Plan, parse_plan
from vectorform.processes.terraform import Event, Outcome, Terraform, address_of
from vectorform.rollout import remote_run
from vectorform.rollout.apply_events import ApplyEvents
from vectorform.rollout.foretold import Foretold, planned
from vectorform.rollout.remedies import Remedies
from vectorform.rollout.remote_run import RemoteRuns, RunLines
from vectorform.rollout.row import Row

_CHANGES_PRESENT = 2  # terraform plan -detailed-exitcode


@dataclass
class Commands:
    """Terraform in the folder of the region's stack. A command that fails raises RegionFailed.

    It is initialised within `first`, which says who may do that at the same time.
    """

    terraform: Terraform
    row: Row
    remedies: Remedies
    runs: RemoteRuns
    first: contextlib.AbstractContextManager[object]
    _run_lines: RunLines = field(init=False)

    def __post_init__(self) -> None:
        self._run_lines = RunLines(self.row)

    def init(self) -> None:
        """Terraform's init."""
        self.row.update(doing=f"{self.terraform.name} init")
        with self.first:
            self._succeeded(self.terraform.run("init", "-input=false", "-no-color"))

    def plan(self, path: Path) -> tuple[bool, Foretold]:
        """Write a new plan to `path`: whether it changes something, and what its events told of it."""
        self.row.update(doing=f"{self.terraform.name} plan")
        foretold = Foretold()

        def on_event(event: Event) -> None:
            match event.get("type"):
                case "refresh_start":
                    self.row.update(doing=f"reading {address_of(event)}")
                case "planned_change":
                    foretold.count(event)
                case "change_summary":
                    foretold.sum_up(event)
                    self.row.update(planned=foretold.planned)
                case _:
                    pass

        outcome = self.terraform.run(
            "plan",
            "-input=false",
            "-json",
            "-detailed-exitcode",
            f"-out={path}",
            on_event=on_event,
            on_line=self._run_lines.line,
        )
        if outcome.exit_code not in (0, _CHANGES_PRESENT):
            self.row.update(planned=None)  # what it counted before it failed is not what would change
        self._succeeded(outcome, also=_CHANGES_PRESENT)
        return outcome.exit_code == _CHANGES_PRESENT, foretold

    def show(self, path: Path) -> Plan:
        """A plan as data. Raises RuntimeError, UserError."""
        self.row.update(doing="reading the plan")
        start = time.monotonic()
        run, stack = self.row.progress.run, self.row.progress.stack
        # `terraform show` has nothing to show of a remote plan that changes nothing; the service has it.
        text = self.runs.plan(run) if run else self.terraform.json("show", "-json", "-no-color", str(path))
        self._ran(start, time.monotonic())
        plan = parse_plan(text, f"the plan of {stack}", stack)
        if self.row.progress.planned is None:
            self.row.update(planned=planned(plan))
        return plan

    def apply(self, path: Path) -> bool:
        """Apply a plan: whether the verifier has run within."""
        self.row.update(phase="applying", began=True, doing=f"{self.terraform.name} apply")
        events = ApplyEvents(self.row)
        outcome = self.terraform.run(
            "apply",
            "-input=false",
            "-json",
            str(path),
            on_event=events.event,
            on_line=self._run_lines.line,
        )
        self._succeeded(outcome, events=events)
        return events.verified

    def _succeeded(self, outcome: Outcome, also: int = 0, events: ApplyEvents | None = None) -> None:
        """Raises RegionFailed, with what went wrong on the board, if the command has not succeeded."""
        self._ran(outcome.started, outcome.ended)
        if outcome.exit_code in (0, also):
            return
        if events and events.failure:
            self.row.fail(events.failure)
        if self._run_lines.gave_up:
            minutes = remote_run.WAITING_SECONDS / 60
            self.row.fail(f"gave up after {minutes:.0f} minutes: {self._run_lines.gave_up}")
        errors, progress = outcome.errors, self.row.progress
        stopped = self.terraform.children.stopped
        if stopped and not progress.began and not progress.run:
            self.row.fail()  # what Terraform says of the interrupt is no problem of the region's
        if stopped and progress.run:
            # Not the words around its plan, which Terraform stopped to show.
            errors = [error for error in errors if error.startswith("Error: ")]
        self.row.fail(*(self.remedies.told(error) for error in errors))

    def _ran(self, start: float, end: float) -> None:
        self.row.update(terraform_intervals=(*self.row.progress.terraform_intervals, (start, end)))
