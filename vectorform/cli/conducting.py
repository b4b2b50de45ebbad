"""A rollout from its plans to its end: what is planned, what somebody agrees to, what is applied."""

from __future__ import annotations

import functools
import os
import select
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vectorform.guard import COMPARED_KEYS

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.plans.changes import Plan
    from vectorform.processes.children import Children
    from vectorform.rollout.conduct import Rollout
    from vectorform.rollout.plain import PlainLines
    from vectorform.rollout.progress import RegionProgress
    from vectorform.rollout.report import Ending
    from vectorform.rollout.saved import Keeper, SavedPlan
    from vectorform.rollout.screen import Screen


@dataclass(frozen=True)
class Wishes:
    """What the options say.

    `bake` is in seconds, None to wait for a person; `ask`: the plans of all regions are shown, and nothing is
    applied before that is agreed to. `saved` are the plans to apply, None to make new ones; `keeper` keeps
    those.
    """

    dry_run: bool = False
    ask: bool = False
    bake: int | None = None
    parallel: int | None = None
    accept_loss: bool = False
    compare_keys: int = COMPARED_KEYS
    saved: Mapping[str, SavedPlan] | None = None
    keeper: Keeper | None = None

    @property
    def plans_first(self) -> bool:
        """Whether all regions are planned before the first is applied, if any is."""
        return self.dry_run or self.ask or self.saved is not None


@dataclass(frozen=True)
class Ended:
    """How it ended: each region as it was last, and the plans that were made to be shown."""

    regions: Sequence[RegionProgress]
    plans: Sequence[Plan]
    ending: Ending
    seconds: float


def roll_out(desired: Environment, root: Path, regions: Sequence[RegionProgress], wishes: Wishes) -> Ended:
    """Go through it. Ctrl-C ends it as `stopped`. Raises UserError where it cannot even begin."""
    start = time.monotonic()
    conducting = _Conducting(desired, root, regions, wishes)
    try:
        ending = conducting.run()
    except KeyboardInterrupt:
        ending = "stopped"
    finally:
        if wishes.keeper and not wishes.keeper.finished:
            wishes.keeper.discard()
    return Ended(conducting.board.all(), conducting.plans, ending, time.monotonic() - start)


class _Conducting:
    """A rollout on its way. `board` is that of the last round, also where that was interrupted."""

    def __init__(
        self, desired: Environment, root: Path, regions: Sequence[RegionProgress], wishes: Wishes
    ) -> None:
        from vectorform.rollout.progress import Board

        self._desired, self._root, self._regions, self._wishes = desired, root, regions, wishes
        self.board = Board(regions)
        self.plans: Sequence[Plan] = ()

    def run(self) -> Ending:
        from vectorform.cli.backend import pull
        from vectorform.processes import project
        from vectorform.processes.children import Children
        from vectorform.rollout.conduct import GRACE_SECONDS
        from vectorform.state import checks

        with (
            project.alone(self._root) as surroundings,
            Children(cwd=self._root, environment=surroundings, grace=GRACE_SECONDS) as children,
        ):
            binary = project.terraform_binary(surroundings)
            with self._display() as display:
                stacks = [progress.stack for progress in self._regions]
                folders = project.synth(self._root, children, stacks)
                outdir = project.output_folder(self._root)
                checks.refuse_foreign(self._desired, outdir.parent, pull(self._root, outdir))
                conductor = functools.partial(self._conductor, children, binary, folders)
                if not self._wishes.plans_first:
                    conductor(display).run(display.pause)
                    return "ran"
                self.plans = conductor(display).plan()
            return self._after_planning(conductor)

    def _after_planning(self, conductor: Callable[[Screen | PlainLines, Sequence[Plan]], Rollout]) -> Ending:
        wishes = self._wishes
        whole = all(progress.phase in ("planned", "skipped") for progress in self.board.all())
        if wishes.keeper and whole:
            wishes.keeper.finish()
        if wishes.dry_run:
            return "ran"
        if not whole:
            return "outdated" if wishes.saved else "unplanned"
        if wishes.ask and not _agreed(self._desired, self.plans):
            return "declined"
        with self._display() as display:
            conductor(display, self.plans).run(display.pause)
        return "ran"

    def _conductor(
        self,
        children: Children,
        binary: str,
        folders: Mapping[str, Path],
        display: Screen | PlainLines,
        seen: Sequence[Plan] = (),
    ) -> Rollout:
        """What takes the regions through one round; `seen` are the plans that were agreed to."""
        from vectorform.guard import lifting
        from vectorform.guard.consent import verdict
        from vectorform.plans import search_settings
        from vectorform.rollout.conduct import Rollout
        from vectorform.rollout.progress import Board
        from vectorform.state.cloud.runs import Runs

        wishes = self._wishes
        self.board = Board(self._regions, display.observe)
        display.show(self.board)
        return Rollout(
            self._desired,
            self.board,
            children,
            binary,
            folders,
            functools.partial(verdict, self._desired, wishes.compare_keys),
            Runs(self._desired),
            wishes.accept_loss or wishes.dry_run,
            wishes.parallel,
            lambda plan: (*lifting.told(plan), *search_settings.told(plan)),
            {plan.stack: plan for plan in seen},
            wishes.saved or {},
            wishes.keeper,
        )

    def _display(self) -> Screen | PlainLines:
        if on_a_terminal():
            from vectorform.rollout.screen import Screen

            return Screen(self._desired.name, self._wishes.bake)
        from vectorform.rollout.plain import PlainLines

        return PlainLines(self._wishes.bake)


def _agreed(desired: Environment, plans: Sequence[Plan]) -> bool:
    """Show what would be applied, and ask. Where nothing would be, there is nothing to ask."""
    from vectorform.plans.summary import changes_something, summary

    if not any(map(changes_something, plans)):
        return True
    typer.echo(summary(plans, f"vectorform rollout {desired.name} --dry-run"), err=True)
    if desired.waves[1:]:
        typer.echo("It applies wave by wave, with a pause between waves.", err=True)
    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before does not count
    sys.stderr.write(f"Apply this to {desired.name}, account {desired.account_id}? [y/N] ")
    sys.stderr.flush()
    while not select.select([sys.stdin], [], [], 0.2)[0]:
        pass  # a Ctrl-C that comes just before a read is not noticed until that ends
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def on_a_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stderr.isatty() and sys.stdin.isatty() and not os.environ.get("CI")
