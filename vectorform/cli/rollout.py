"""`vectorform rollout`: deploy an environment wave by wave, each verified before the next."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.errors import UserError
from vectorform.guard import COMPARED_KEYS

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.plans.changes import Plan
    from vectorform.plans.unplanned import Reason
    from vectorform.rollout.plain import PlainLines
    from vectorform.rollout.progress import Phase, RegionProgress
    from vectorform.rollout.screen import Screen


def command(
    environment: Annotated[str, typer.Argument(help="The environment: config/ENVIRONMENT.yaml.")],
    start: Annotated[
        str | None, typer.Option("--from", metavar="REGION", help="Begin with the wave of this region.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="REGION", help="Only this region; repeatable.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan every region, print the summary, change nothing.")
    ] = False,
    bake: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Wait between waves, for example 30m, instead of for Enter."),
    ] = None,
    parallel: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most N regions of a wave at the same time.")
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Also apply a plan that loses vectors.")
    ] = False,
    compare_keys: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Before a retired index is deleted, look for at most N of its keys in what takes its place.",
        ),
    ] = COMPARED_KEYS,
) -> None:
    """Deploy wave by wave; a failed verification holds what comes after. Run again to go on.

    On a terminal one live screen, and Enter between two waves; elsewhere plain lines and no questions.
    Exit 0: every region is deployed and verified; 1: not every one; 130: stopped.
    """
    from vectorform.language import load_to_deploy, project_root
    from vectorform.rollout.selection import selected
    from vectorform.state import checks

    root = project_root(Path.cwd())
    with _failure_in_the_summary(environment) if dry_run else contextlib.nullcontext():
        desired = load_to_deploy(environment, root)
        regions = selected(desired, start, only or [])
        checks.refuse_unready(desired, root, applying=not dry_run)
        display = _display(environment, _seconds(bake))
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        done = _roll_out(desired, root, regions, display, dry_run, parallel, accept_loss, compare_keys)
    raise typer.Exit(done)


@contextlib.contextmanager
def _failure_in_the_summary(environment: str) -> Iterator[None]:
    """What goes to a pull request says so when it did not even come to a plan."""
    try:
        yield
    except UserError as error:
        from vectorform.plans.unplanned import failure

        typer.echo(failure(environment, str(error)), nl=False)
        raise


def _roll_out(
    desired: Environment,
    root: Path,
    regions: list[RegionProgress],
    display: Screen | PlainLines,
    dry_run: bool,
    parallel: int | None,
    accept_loss: bool,
    compare_keys: int,
) -> int:
    from vectorform.cli.backend import pull
    from vectorform.guard.consent import verdict
    from vectorform.guard.lifting import told
    from vectorform.processes import project
    from vectorform.processes.children import Children
    from vectorform.rollout.conduct import GRACE_SECONDS, Rollout
    from vectorform.rollout.progress import Board
    from vectorform.rollout.report import exit_code, report
    from vectorform.state import checks
    from vectorform.state.cloud.runs import Runs

    start = time.monotonic()
    board = Board(regions, display.observe)
    plans: list[Plan] = []
    interrupted = False
    with (
        project.alone(root) as surroundings,
        Children(cwd=root, environment=surroundings, grace=GRACE_SECONDS) as children,
    ):
        binary = project.terraform_binary(surroundings)
        with display:
            folders = project.synth(root, children, [progress.stack for progress in regions])
            outdir = project.output_folder(root)
            checks.refuse_foreign(desired, outdir.parent, pull(root, outdir))
            display.show(board)
            judge = functools.partial(verdict, desired, compare_keys)
            accepting = accept_loss or dry_run
            rollout = Rollout(
                desired, board, children, binary, folders, judge, Runs(desired), accepting, parallel, told
            )
            try:
                if dry_run:
                    plans = rollout.plan()
                else:
                    rollout.run(display.pause)
            except KeyboardInterrupt:
                interrupted = True
    if dry_run:
        _show_summary(desired, plans, board.all())
    ending = report(desired.name, board.all(), time.monotonic() - start, dry_run)
    typer.echo(ending, nl=False, err=dry_run)  # the Markdown of a dry run is for a program
    return 130 if interrupted else exit_code(board.all())


def _show_summary(desired: Environment, plans: list[Plan], regions: Sequence[RegionProgress]) -> None:
    """Every region that was to be planned is in it, also where that failed."""
    from vectorform.plans.summary import summary
    from vectorform.plans.unplanned import Unplanned

    planned = {plan.stack for plan in plans}
    unplanned = [
        Unplanned(progress.stack, "\n".join(progress.problems) or progress.phase, _reason(progress.phase))
        for progress in regions
        if progress.stack not in planned
    ]
    typer.echo(summary(plans, f"vectorform rollout {desired.name} --dry-run", unplanned), nl=False)


def _reason(phase: Phase) -> Reason:
    """Why there is no plan of a region that is in this phase at the end of a dry run."""
    if phase == "skipped":
        return "left out"
    return "failed" if phase == "failed" else "stopped"


def _display(environment: str, bake: int | None) -> Screen | PlainLines:
    if sys.stderr.isatty() and sys.stdin.isatty() and not os.environ.get("CI"):
        from vectorform.rollout.screen import Screen

        return Screen(environment, bake)
    from vectorform.rollout.plain import PlainLines

    return PlainLines(bake)


def _seconds(bake: str | None) -> int | None:
    from vectorform.rollout.durations import seconds

    try:
        return None if bake is None else seconds(bake)
    except ValueError as error:
        raise UserError(f"--bake: {error}") from None


def _interrupt(_number: int, _frame: object) -> None:
    """A request to end is as Ctrl-C: Terraform finishes what it is in the middle of, and saves its state."""
    raise KeyboardInterrupt
