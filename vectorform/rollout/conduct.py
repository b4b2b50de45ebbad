"""The conductor: wave after wave, the regions of a wave at the same time, and a pause between."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vectorform.desired import search_settings
from vectorform.desired.backends import lock_id
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment
from vectorform.desired.policies import indexing_statement
from vectorform.plans.changes import Plan
from vectorform.processes.children import Children
from vectorform.processes.terraform import Terraform
from vectorform.rollout.acceptance import Acceptance, Judge, Notes
from vectorform.rollout.commands import Commands
from vectorform.rollout.first_alone import FirstAlone
from vectorform.rollout.progress import WELL, Board, RegionProgress
from vectorform.rollout.region import RegionRollout
from vectorform.rollout.remedies import Remedies
from vectorform.rollout.remote_run import RemoteRuns
from vectorform.rollout.row import Row
from vectorform.rollout.saved import Keeper, SavedPlan
from vectorform.threads import at_once

# How long Terraform may take to finish what it is in the middle of when it is interrupted.
GRACE_SECONDS = 300.0

Pause = Callable[[int], None]


@dataclass(frozen=True)
class Rollout:
    """One run through the waves. `folders` is where each stack was synthesized.

    `judge` decides about a plan that loses vectors whether it is applied, which `accept_loss` does not ask.
    `notes` says what to know of a plan that changes bucket policies, or how indexes search. `runs` knows
    those that Terraform starts in HCP Terraform.
    `seen` are the plans, by stack, that somebody has agreed to: another one is not applied.
    `saved` are plans, by stack, that were kept: they are applied, and no new ones made. `keeper` keeps those
    of a dry run.
    `parallel` is how many regions of a wave go at the same time, None for all of them.
    """

    environment: Environment
    board: Board
    children: Children
    binary: str
    folders: Mapping[str, Path]
    judge: Judge
    runs: RemoteRuns
    accept_loss: bool = False
    parallel: int | None = None
    notes: Notes = lambda _plan: ()
    seen: Mapping[str, Plan] = field(default_factory=dict)
    saved: Mapping[str, SavedPlan] = field(default_factory=dict)
    keeper: Keeper | None = None
    first: FirstAlone = field(default_factory=FirstAlone)

    def run(self, pause: Pause) -> None:
        """Deploy every wave; after the first one that fails, the rest is held.

        `pause(wave)` is called before every wave but the first. On KeyboardInterrupt every Terraform is
        interrupted, its end is awaited, and the board says what was reached before it is raised again.
        """
        with tempfile.TemporaryDirectory(prefix="vectorform-rollout-") as scratch:
            try:
                for position, wave in enumerate(self._waves()):
                    if position:
                        pause(wave[0].wave)
                    self._each(wave, Path(scratch), RegionRollout.run)
                    if any(self.board[progress.region].phase not in WELL for progress in wave):
                        return
            finally:
                self._hold()

    def plan(self) -> list[Plan]:
        """Plan every region, all waves at once, and change nothing. What failed is on the board."""
        plans: dict[str, Plan] = {}

        def dry_run(rollout: RegionRollout) -> None:
            plan = rollout.dry_run()
            if plan is not None:
                plans[rollout.row.region] = plan

        with tempfile.TemporaryDirectory(prefix="vectorform-rollout-") as scratch:
            try:
                self._each([progress for wave in self._waves() for progress in wave], Path(scratch), dry_run)
            finally:
                self._hold()
        return [plans[progress.region] for progress in self.board.all() if progress.region in plans]

    def _waves(self) -> list[list[RegionProgress]]:
        """The regions that this rollout covers, by wave."""
        waves: dict[int, list[RegionProgress]] = {}
        for progress in self.board.all():
            if progress.phase == "waiting":
                waves.setdefault(progress.wave, []).append(progress)
        return list(waves.values())

    def _each(
        self, regions: Sequence[RegionProgress], scratch: Path, act: Callable[[RegionRollout], None]
    ) -> None:
        """Do something with several regions at the same time, and wait for all."""
        tasks = [partial(act, self._region(progress, scratch)) for progress in regions]
        at_once(tasks, name="region", stop=self.children.stop, threads=self.parallel)

    def _region(self, progress: RegionProgress, scratch: Path) -> RegionRollout:
        folder = self.folders[progress.stack]
        region = self.environment.region(progress.region)
        lock = lock_id(self.environment, region)
        needed = json.dumps(indexing_statement(self.environment, region))
        commands = Commands(
            Terraform(self.binary, folder, self.children),
            Row(self.board, progress.region),
            Remedies(self.environment.name, progress.stack, folder, lock, needed),
            self.runs,
            self.first,
        )
        return RegionRollout(
            self.environment.name,
            commands,
            Acceptance(
                self.environment.name,
                commands,
                self.judge,
                self.notes,
                self.accept_loss,
                self.seen.get(progress.stack),
            ),
            scratch,
            fingerprint(self.environment, region),
            saved=self.saved.get(progress.stack),
            keeper=self.keeper,
            sets_search=not self.environment.verification.after_apply and search_settings.any_in(region),
        )

    def _hold(self) -> None:
        for progress in self.board.all():
            if progress.phase == "waiting":
                self.board.update(progress.region, phase="held")
