"""One region of a rollout: init, plan, apply what was planned, verify."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vectorform.errors import UserError
from vectorform.plans.changes import Plan
from vectorform.processes.children import Children, Stopped
from vectorform.rollout.acceptance import Acceptance
from vectorform.rollout.commands import Commands
from vectorform.rollout.remote_run import take_back
from vectorform.rollout.row import RegionFailed, Row
from vectorform.rollout.saved import Keeper, SavedPlan
from vectorform.rollout.world import world


@dataclass(frozen=True)
class RegionRollout:
    """What one region goes through. `scratch` is an empty folder of this rollout, for the plan.

    `saved` is a plan that was kept, and is applied in place of a new one; `keeper` keeps the new ones.
    `desired` is the fingerprint of the desired state. `sets_search`: the apply leaves index modes and text
    search to the rollout.
    """

    environment: str
    commands: Commands
    acceptance: Acceptance
    scratch: Path
    desired: str
    saved: SavedPlan | None = None
    keeper: Keeper | None = None
    sets_search: bool = False

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
        self.row.update(phase="planning", started=time.monotonic())
        try:
            act()
        except (Stopped, RegionFailed):
            stopped = self._children.stopped
            self.row.update(phase="stopped" if stopped else "failed")
        except (OSError, RuntimeError, UserError, subprocess.SubprocessError) as error:
            self.row.update(phase="failed", problems=(str(error),))
        finally:
            take_back(self.row, self.commands.runs)
            self.row.update(ended=time.monotonic(), doing="", waiting_for="")

    def _deploy(self) -> None:
        self.commands.init()
        plan, changes = self._made()
        verified = False
        if changes:
            self.acceptance.before_apply(plan)
            verified = self.commands.apply(plan)
        if self.sets_search:
            self.row.update(doing="setting index modes and text search")
            self._run("search-settings")
        if not verified:  # nothing was to apply, or the verifier is not to run there
            self.row.update(phase="verifying", doing="")
            self._run("verify")
        self.row.update(phase="done")

    def _planned(self) -> Plan:
        self.commands.init()
        path, changes = self._made()
        plan = self.commands.show(path)
        if self.keeper:
            self.row.update(doing="keeping the plan")
            here = world(self.commands.terraform, self.desired)
            self.keeper.keep(self.row.progress.stack, self.row.region, path, changes, here)
        self.row.update(phase="planned")
        return plan

    def _made(self) -> tuple[Path, bool]:
        """A plan that may be applied, new or kept, and whether it changes something."""
        if self.saved:
            self.row.update(doing="checking that its plan is still current")
            self.acceptance.of_kept(self.saved, world(self.commands.terraform, self.desired))
            return self.saved.path, self.saved.changes
        path = self.scratch / f"{self.row.region}.tfplan"
        changes, foretold = self.commands.plan(path)
        self.acceptance.of_new(path, changes, foretold)
        return path, changes

    def _run(self, verb: str) -> None:
        """A command of ours for the region, which fails the region when it fails."""
        command = [sys.executable, "-m", "vectorform", verb, self.environment, "--region", self.row.region]
        child = self._children.start(command)
        lines = list(child.lines())
        if self._children.finish(child) != 0:
            self.row.fail("\n".join(lines))

    @property
    def row(self) -> Row:
        """The region's place on the board."""
        return self.commands.row

    @property
    def _children(self) -> Children:
        return self.commands.terraform.children
