"""Whether a region's plan may be applied: it loses no vectors, and is the one that was agreed to."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vectorform.errors import UserError
from vectorform.plans.changes import Plan
from vectorform.plans.verdict import Verdict
from vectorform.rollout.commands import Commands
from vectorform.rollout.foretold import Foretold, content, noteworthy
from vectorform.rollout.progress import Planned
from vectorform.rollout.row import Row
from vectorform.rollout.saved import SavedPlan
from vectorform.rollout.world import World

# What to know of a plan that changes bucket policies, before it is applied.
Notes = Callable[[Plan], tuple[str, ...]]
# What is decided about the plan of a region that loses vectors. It gives up when the event is set.
Judge = Callable[[Plan, str, threading.Event], Verdict]


@dataclass(frozen=True)
class Acceptance:
    """What the plans of one region have to stand. A plan that does not raises RegionFailed.

    `judge` decides about a plan that loses vectors, which `accept_loss` does not ask. `seen` is the plan that
    somebody has agreed to, None where nobody was asked.
    """

    environment: str
    commands: Commands
    judge: Judge
    notes: Notes
    accept_loss: bool
    seen: Plan | None = None

    def of_new(self, path: Path, changes: bool, foretold: Foretold) -> None:
        """Check a plan that was just made, as far as its events make that necessary."""
        if foretold.noteworthy:
            with contextlib.suppress(RuntimeError, UserError):  # what is unreadable is refused below
                self._note(self.commands.show(path))
        # A plan that was made remotely may have come as text alone, which tells nothing.
        untold = changes and self._row.progress.planned is None
        if (foretold.losing or untold) and not self.accept_loss:
            self._require_no_loss(path)

    def of_kept(self, saved: SavedPlan, world: World) -> None:
        """A plan that was kept is applied only where it would be made again, and loses nothing."""
        objections = saved.objections(world)
        if objections:
            again = f"plan again: vectorform rollout {self.environment} --plan-out FOLDER"
            self._row.fail("\n".join(["its plan is out of date:", *objections, again]))
        if not saved.changes:
            self._row.update(planned=Planned())
            return
        plan = self.commands.show(saved.path)
        if any(noteworthy(change.address, change.type) for change in plan.effective):
            self._note(plan)
        if (plan.losses or plan.errored) and not self.accept_loss:
            self._require_no_loss(saved.path)

    def before_apply(self, path: Path) -> None:
        """Nothing is applied that differs from what somebody has agreed to."""
        if self.seen is not None and content(self.commands.show(path)) != content(self.seen):
            self._row.fail(
                "its plan has changed since you saw it, so it was not applied: roll out again to see the "
                "new plan"
            )

    def _note(self, plan: Plan) -> None:
        self._row.update(notes=self.notes(plan))

    def _require_no_loss(self, path: Path) -> None:
        try:
            plan = self.commands.show(path)
        except (RuntimeError, UserError) as error:
            self._row.fail(
                f"{error}\nThe plan cannot be read, so it is unknown whether it loses vectors, and it was "
                "not applied; --accept-loss applies it unread"
            )
        self._row.update(doing="checking what the plan deletes")
        verdict = self.judge(plan, self._row.region, self.commands.terraform.children.stopping)
        if verdict.refused:
            self._row.fail(verdict.refused)
        self._row.update(notes=(*self._row.progress.notes, *verdict.notes))

    @property
    def _row(self) -> Row:
        return self.commands.row
