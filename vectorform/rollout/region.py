"""One region of a rollout: init, plan, apply what was planned, verify."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, Protocol

from vectorform.desired import addresses
from vectorform.errors import UserError
from vectorform.plans.changes import Plan, parse_plan
from vectorform.plans.verdict import Verdict
from vectorform.processes.children import Children, Stopped
from vectorform.processes.remote_runs import Patience, run_url, waiting_for
from vectorform.processes.terraform import Event, Outcome, Terraform
from vectorform.rollout.foretold import Foretold, content, noteworthy, planned
from vectorform.rollout.progress import Board, Planned
from vectorform.rollout.remedies import Remedies
from vectorform.rollout.saved import Keeper, SavedPlan
from vectorform.rollout.world import world

# A run that waits for one that waits for an approval would wait for days, and be the next in its way.
WAITING_SECONDS = 600.0
_CHANGES_PRESENT = 2  # terraform plan -detailed-exitcode

# What to know of a plan that changes bucket policies, before it is applied.
Notes = Callable[[Plan], tuple[str, ...]]
# What is decided about the plan of a region that loses vectors. It gives up when the event is set.
Judge = Callable[[Plan, str, threading.Event], Verdict]


class RemoteRuns(Protocol):
    """Runs in HCP Terraform, by the addresses of their pages."""

    def plan(self, url: str) -> bytes:
        """The plan of a run as JSON. Raises UserError."""

    def withdraw(self, url: str) -> tuple[bool, str]:
        """Take back a run that is not going to be applied: whether it is gone, and what to say of it."""


class _Failed(Exception):
    """The region goes no further; its problems are on the board."""


@dataclass
class RegionRollout:
    """What one region goes through. `scratch` is an empty folder of this rollout, for the plan.

    `seen` is the plan that somebody has agreed to, None where nobody was asked.
    Terraform is initialised within `first`, which says who may do that at the same time.
    `saved` is a plan that was kept, and is applied in place of a new one; `keeper` keeps the new ones.
    `desired` is the fingerprint of the desired state. `sets_search`: the apply leaves index modes and text
    search to the rollout.
    """

    environment: str
    region: str
    terraform: Terraform
    board: Board
    scratch: Path
    judge: Judge
    accept_loss: bool
    remedies: Remedies
    runs: RemoteRuns
    notes: Notes
    first: contextlib.AbstractContextManager[object]
    seen: Plan | None = None
    saved: SavedPlan | None = None
    keeper: Keeper | None = None
    desired: str = ""
    sets_search: bool = False
    _patience: Patience = field(default_factory=lambda: Patience(WAITING_SECONDS), init=False)
    _gave_up: str = field(default="", init=False)
    _verified: bool = field(default=False, init=False)
    _verifier_said: list[str] = field(default_factory=list, init=False)
    _step_said: list[str] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Deploy the region and verify it. Raises nothing for what Terraform or AWS answer."""
        self._guarded(self._deploy)

    def dry_run(self) -> Plan | None:
        """Plan the region and change nothing; None when that failed."""
        plans: list[Plan] = []
        self._guarded(lambda: plans.append(self._planned()))
        return plans[0] if plans else None

    def _guarded(self, act: Callable[[], None]) -> None:
        if self._children.stopped:
            return  # it was still waiting for its turn
        self._tell(phase="planning", started=time.monotonic())
        try:
            act()
        except (Stopped, _Failed):
            stopped = self._children.stopped
            self._tell(phase="stopped" if stopped else "failed")
        except (OSError, RuntimeError, UserError, subprocess.SubprocessError) as error:
            self._tell(phase="failed", problems=(str(error),))
        finally:
            self._take_back()
            self._tell(ended=time.monotonic(), doing="", waiting_for="")

    def _take_back(self) -> None:
        """Leave no run behind that waits for a click: anybody could apply it, and every other one waits."""
        progress = self.board[self.region]
        if not progress.run or progress.phase == "done":
            return
        self._tell(doing="canceling its run")
        gone, text = self.runs.withdraw(progress.run)
        if not gone or progress.phase != "planned":
            self._tell(problems=(*progress.problems, text))

    def _deploy(self) -> None:
        self._initialize()
        plan, changes = self._made()
        if changes:
            self._require_seen(plan)
            self._apply(plan)
        if self.sets_search:
            self._tell(doing="setting index modes and text search")
            self._run("search-settings")
        if not self._verified:
            self._verify()
        self._tell(phase="done")

    def _planned(self) -> Plan:
        self._initialize()
        path, changes = self._made()
        plan = self._shown(path)
        if self.keeper:
            self._tell(doing="keeping the plan")
            stack = self.board[self.region].stack
            self.keeper.keep(stack, self.region, path, changes, world(self.terraform, self.desired))
        self._tell(phase="planned")
        return plan

    def _made(self) -> tuple[Path, bool]:
        """A plan, new or kept, and whether it changes something."""
        if self.saved:
            self._require_same_world(self.saved)
            return self.saved.path, self.saved.changes
        path = self.scratch / f"{self.region}.tfplan"
        return path, self._plan(path) == _CHANGES_PRESENT

    def _require_same_world(self, saved: SavedPlan) -> None:
        """A plan that was kept is applied only where it would be made again, and loses nothing."""
        self._tell(doing="checking that its plan is still current")
        objections = saved.objections(world(self.terraform, self.desired))
        if objections:
            again = f"plan again: vectorform rollout {self.environment} --plan-out FOLDER"
            self._fail("\n".join(["its plan is out of date:", *objections, again]))
        if not saved.changes:
            self._tell(planned=Planned())
            return
        plan = self._shown(saved.path)
        if any(noteworthy(change.address, change.type) for change in plan.effective):
            self._tell(notes=self.notes(plan))
        if (plan.losses or plan.errored) and not self.accept_loss:
            self._require_no_loss(saved.path)

    def _shown(self, path: Path) -> Plan:
        """The plan as data. Raises RuntimeError, UserError."""
        self._tell(doing="reading the plan")
        start = time.monotonic()
        run = self.board[self.region].run
        # `terraform show` has nothing to show of a remote plan that changes nothing; the service has it.
        text = self.runs.plan(run) if run else self.terraform.json("show", "-json", "-no-color", str(path))
        self._ran(start, time.monotonic())
        stack = self.board[self.region].stack
        plan = parse_plan(text, f"the plan of {stack}", stack)
        if self.board[self.region].planned is None:
            self._tell(planned=planned(plan))
        return plan

    def _initialize(self) -> None:
        self._tell(doing=f"{self.terraform.name} init")
        with self.first:
            self._succeeded(self.terraform.run("init", "-input=false", "-no-color"))

    def _plan(self, path: Path) -> int:
        self._tell(doing=f"{self.terraform.name} plan")
        foretold = Foretold()

        def on_event(event: Event) -> None:
            match event.get("type"):
                case "refresh_start":
                    self._tell(doing=f"reading {_address(event)}")
                case "planned_change":
                    foretold.count(event)
                case "change_summary":
                    foretold.sum_up(event)
                    self._tell(planned=foretold.planned)
                case _:
                    pass

        outcome = self.terraform.run(
            "plan",
            "-input=false",
            "-json",
            "-detailed-exitcode",
            f"-out={path}",
            on_event=on_event,
            on_line=self._on_line,
        )
        if outcome.exit_code not in (0, _CHANGES_PRESENT):
            self._tell(planned=None)  # what it counted before it failed is not what would change
        self._succeeded(outcome, also=_CHANGES_PRESENT)
        if foretold.noteworthy:
            self._note(path)
        # A plan that was made remotely may have come as text alone, which tells nothing.
        untold = outcome.exit_code == _CHANGES_PRESENT and self.board[self.region].planned is None
        if (foretold.losing or untold) and not self.accept_loss:
            self._require_no_loss(path)
        return outcome.exit_code

    def _note(self, path: Path) -> None:
        with contextlib.suppress(RuntimeError, UserError):  # what cannot be read is refused where it matters
            self._tell(notes=self.notes(self._shown(path)))

    def _require_no_loss(self, path: Path) -> None:
        try:
            plan = self._shown(path)
        except (RuntimeError, UserError) as error:
            self._fail(
                f"{error}\nThe plan cannot be read, so it is unknown whether it loses vectors, and it was "
                "not applied; --accept-loss applies it unread"
            )
        self._tell(doing="checking what the plan deletes")
        verdict = self.judge(plan, self.region, self._children.stopping)
        if verdict.refused:
            self._fail(verdict.refused)
        self._tell(notes=(*self.board[self.region].notes, *verdict.notes))

    def _require_seen(self, path: Path) -> None:
        """Nothing is applied that differs from what somebody has agreed to."""
        if self.seen is not None and content(self._shown(path)) != content(self.seen):
            self._fail(
                "its plan has changed since you saw it, so it was not applied: roll out again to see the "
                "new plan"
            )

    def _apply(self, plan: Path) -> None:
        self._tell(phase="applying", began=True, doing=f"{self.terraform.name} apply")
        outcome = self.terraform.run(
            "apply", "-input=false", "-json", str(plan), on_event=self._on_apply, on_line=self._on_line
        )
        self._succeeded(outcome)

    def _on_line(self, line: str) -> bool:
        """What Terraform says of a run in HCP Terraform, next to its plan; whether that has waited enough."""
        url, waiting = run_url(line), waiting_for(line)
        if url and url != self.board[self.region].run:
            self._tell(run=url, doing=f"its run: {url}")
        elif waiting:
            self._tell(waiting_for=waiting, doing=waiting)
        if not self._gave_up and self._patience.ended(line):
            self._gave_up = line.strip()
        return bool(self._gave_up)

    def _on_apply(self, event: Event) -> None:
        match event.get("type"):
            case "apply_start":
                self._tell(doing=f"{event['hook']['action']} {_address(event)}")
            case "apply_complete" if not addresses.is_bookkeeping(_address(event)):
                self._tell(applied=self.board[self.region].applied + 1)
            case "provision_start" if _address(event) in addresses.SEARCH_STEPS:
                self._tell(doing="setting index modes and text search")
            case "provision_progress" if _address(event) in addresses.SEARCH_STEPS:
                self._step_said.append(event["hook"].get("output", ""))
            case "provision_complete" if _address(event) in addresses.SEARCH_STEPS:
                self._step_said.clear()
            case "provision_start" if _address(event) == addresses.VERIFICATION:
                self._tell(phase="verifying", doing="")
            case "provision_progress" if _address(event) == addresses.VERIFICATION:
                self._verifier_said.append(event["hook"].get("output", ""))
            case "provision_complete" if _address(event) == addresses.VERIFICATION:
                self._verified = True

    def _verify(self) -> None:
        """Run the verifier where Terraform did not: nothing was to apply, or it is not to run there."""
        self._tell(phase="verifying", doing="")
        self._run("verify")

    def _run(self, verb: str) -> None:
        """A command of ours for the region, which fails the region when it fails."""
        command = [sys.executable, "-m", "vectorform", verb, self.environment, "--region", self.region]
        child = self._children.start(command)
        lines = list(child.lines())
        if self._children.finish(child) != 0:
            self._fail("\n".join(lines))

    def _succeeded(self, outcome: Outcome, also: int = 0) -> None:
        self._ran(outcome.started, outcome.ended)
        if outcome.exit_code in (0, also):
            return
        lines = [line for line in self._step_said if not line.startswith("Executing: ")]
        if lines:
            self._fail("index modes and text search could not be set:\n" + "\n".join(lines))
        lines = [line for line in self._verifier_said if not line.startswith("Executing: ")]
        if lines and not self._verified:
            # Terraform repeats what the verifier said, as one long line.
            self._fail("the verification failed:\n" + "\n".join(lines))
        errors = outcome.errors
        if self._gave_up:
            self._fail(f"gave up after {WAITING_SECONDS / 60:.0f} minutes: {self._gave_up}")
        progress = self.board[self.region]
        if self._children.stopped and not progress.began and not progress.run:
            self._fail()  # what Terraform says of the interrupt is no problem of the region's
        if self._children.stopped and progress.run:
            # Not the words around its plan, which Terraform stopped to show.
            errors = [error for error in errors if error.startswith("Error: ")]
        self._fail(*(self.remedies.told(error) for error in errors))

    def _ran(self, start: float, end: float) -> None:
        before = self.board[self.region].terraform_intervals
        self._tell(terraform_intervals=(*before, (start, end)))

    def _fail(self, *problems: str) -> NoReturn:
        self._tell(problems=problems)
        raise _Failed

    def _tell(self, **changes: object) -> None:
        self.board.update(self.region, **changes)

    @property
    def _children(self) -> Children:
        return self.terraform.children


def _address(event: Event) -> str:
    return str(event["hook"]["resource"]["addr"])
