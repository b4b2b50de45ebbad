"""`vectorform rollout`: deploy an environment wave by wave, each verified before the next."""

from __future__ import annotations

import contextlib
import functools
import os
import select
import signal
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, complete_regions
from vectorform.cli.output import Format, print_json
from vectorform.errors import UserError
from vectorform.guard import COMPARED_KEYS
from vectorform.wording import printable

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.plans.changes import Plan
    from vectorform.plans.unplanned import Reason, Unplanned
    from vectorform.rollout.plain import PlainLines
    from vectorform.rollout.progress import Phase, RegionProgress
    from vectorform.rollout.report import Ending
    from vectorform.rollout.saved import Keeper, SavedPlan
    from vectorform.rollout.screen import Screen


def command(
    environment: Env,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="REGION",
            help="Start with the wave of this region.",
            autocompletion=complete_regions,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="REGION", help="Only this region; repeatable.", autocompletion=complete_regions
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan every region and print the summary; change nothing.")
    ] = False,
    bake: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION", help="Wait this long between waves, such as 30m, instead of for Enter."
        ),
    ] = None,
    parallel: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Deploy at most N regions of a wave at the same time."),
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Apply plans even if they lose vectors.")
    ] = False,
    compare_keys: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Before a retired index is deleted, look up at most N of its keys in its replacement.",
        ),
    ] = COMPARED_KEYS,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking, on a terminal too.")] = False,
    plan_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="A dry run that saves its plans in this folder. They may contain secrets."
        ),
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Apply exactly the plans that --plan-out saved, or nothing if one is out of date.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="text: a report, or Markdown for a dry run.")] = Format.text,
) -> None:
    """Deploy in waves; a failed verification stops the rest.

    Run it again to continue.

    On a terminal, it shows the plans, asks before it applies them, and waits for Enter between waves.
    Elsewhere it prints plain lines and asks nothing.

    Exit 0: every region is deployed and verified; 1: at least one is not; 2: it could not
    start; 130: stopped.
    """
    from vectorform.language import load_to_deploy, project_root
    from vectorform.rollout.selection import selected, with_plans
    from vectorform.state import checks

    root = project_root(Path.cwd())
    if plan_out and plans:
        raise UserError("--plan-out makes plans, --plans applies them: run one after the other")
    dry_run = dry_run or plan_out is not None
    markdown = dry_run and format is Format.text
    with _failure_in_the_summary(environment) if markdown else contextlib.nullcontext():
        desired = load_to_deploy(environment, root)
        regions = selected(desired, start, only or [])
        saved = _saved(desired, plans)
        if saved is not None:
            regions = with_plans(regions, saved, named=bool(start or only))
        keeper = _keeper(desired, plan_out)
        checks.refuse_unready(desired, root, applying=not dry_run)
        ask = not (dry_run or yes) and _on_a_terminal()
        wishes = Wishes(
            dry_run, ask, _seconds(bake), parallel, accept_loss, compare_keys, format, saved, keeper
        )
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        done = _roll_out(desired, root, regions, wishes)
    raise typer.Exit(done)


def _saved(desired: Environment, folder: Path | None) -> Mapping[str, SavedPlan] | None:
    from vectorform.rollout import saved

    if folder is None:
        return None
    _require_plan_files(desired)
    return saved.read(folder, desired.name)


def _keeper(desired: Environment, folder: Path | None) -> Keeper | None:
    from vectorform.rollout.saved import Keeper

    if folder is None:
        return None
    _require_plan_files(desired)
    return Keeper.of(folder, desired.name)


def _require_plan_files(desired: Environment) -> None:
    if desired.backend.type == "cloud":
        raise UserError(
            f"{desired.name} has its states in HCP Terraform: a plan is a run there, and no file. Review and "
            f"confirm that run: `cdktf deploy {desired.name}` waits for it, and `vectorform rollout` applies "
            "the very run that it has planned"
        )


@contextlib.contextmanager
def _failure_in_the_summary(environment: str) -> Iterator[None]:
    """What goes to a pull request says so when it did not even come to a plan."""
    try:
        yield
    except UserError as error:
        from vectorform.plans.unplanned import failure

        typer.echo(failure(environment, str(error)), nl=False)
        command = f"vectorform rollout {environment} --dry-run"
        again = UserError(f"{error}\nfix that, then plan again: {command}")
        again.exit_code = error.exit_code
        raise again from error


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
    format: Format = Format.text
    saved: Mapping[str, SavedPlan] | None = None
    keeper: Keeper | None = None


def _roll_out(desired: Environment, root: Path, regions: list[RegionProgress], wishes: Wishes) -> int:
    from vectorform.cli.backend import pull
    from vectorform.guard import lifting
    from vectorform.guard.consent import verdict
    from vectorform.plans import search_settings
    from vectorform.processes import project
    from vectorform.processes.children import Children
    from vectorform.rollout.conduct import GRACE_SECONDS, Rollout
    from vectorform.rollout.progress import Board
    from vectorform.rollout.report import exit_code, report
    from vectorform.state import checks
    from vectorform.state.cloud.runs import Runs

    start = time.monotonic()
    board = Board(regions)
    plans: list[Plan] = []
    ending: Ending = "ran"
    try:
        with (
            project.alone(root) as surroundings,
            Children(cwd=root, environment=surroundings, grace=GRACE_SECONDS) as children,
        ):
            binary = project.terraform_binary(surroundings)

            def conductor(display: Screen | PlainLines, seen: Sequence[Plan] = ()) -> Rollout:
                nonlocal board
                board = Board(regions, display.observe)
                display.show(board)
                judge = functools.partial(verdict, desired, wishes.compare_keys)
                accepting = wishes.accept_loss or wishes.dry_run
                runs, by_stack = Runs(desired), {plan.stack: plan for plan in seen}
                return Rollout(
                    desired,
                    board,
                    children,
                    binary,
                    folders,
                    judge,
                    runs,
                    accepting,
                    wishes.parallel,
                    lambda plan: (*lifting.told(plan), *search_settings.told(plan)),
                    by_stack,
                    wishes.saved or {},
                    wishes.keeper,
                )

            with _display(desired.name, wishes.bake) as display:
                folders = project.synth(root, children, [progress.stack for progress in regions])
                outdir = project.output_folder(root)
                checks.refuse_foreign(desired, outdir.parent, pull(root, outdir))
                if wishes.dry_run or wishes.ask or wishes.saved:
                    plans = conductor(display).plan()
                else:
                    conductor(display).run(display.pause)
            whole = all(progress.phase in ("planned", "skipped") for progress in board.all())
            if wishes.keeper and whole:
                wishes.keeper.finish()
            if not wishes.dry_run and (wishes.ask or wishes.saved):
                if not whole:
                    ending = "outdated" if wishes.saved else "unplanned"
                elif wishes.ask and not _agreed(desired, plans):
                    ending = "declined"
                else:
                    with _display(desired.name, wishes.bake) as display:
                        conductor(display, plans).run(display.pause)
    except KeyboardInterrupt:
        ending = "stopped"
    finally:
        if wishes.keeper and not wishes.keeper.finished:
            wishes.keeper.discard()
    seconds = time.monotonic() - start
    if wishes.format is Format.json:
        from vectorform.cli import documents

        ended, code = board.all(), exit_code(board.all(), ending)
        left = _unplanned(plans, ended) if wishes.dry_run else []
        print_json(documents.rollout(desired.name, ended, plans, left, wishes.dry_run, seconds, code))
        if wishes.keeper:
            typer.echo(_kept(desired, wishes.keeper), err=True)
        return code
    if wishes.dry_run:
        _show_summary(desired, plans, board.all())
    text = report(desired.name, board.all(), seconds, wishes.dry_run, ending)
    typer.echo(text, nl=False, err=wishes.dry_run)  # the Markdown of a dry run is for a program
    if wishes.keeper:
        typer.echo(_kept(desired, wishes.keeper), err=True)
    return exit_code(board.all(), ending)


def _kept(desired: Environment, keeper: Keeper) -> str:
    folder = printable(str(keeper.folder))
    if not keeper.finished:
        return f"{folder}: no plans were saved, because not every region has one"
    return (
        f"{folder}: the plans; keep it secret, because they contain values of the state\n"
        f"apply exactly these: vectorform rollout {desired.name} --plans {folder}"
    )


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


def _show_summary(desired: Environment, plans: list[Plan], regions: Sequence[RegionProgress]) -> None:
    """Every region that was to be planned is in it, also where that failed."""
    from vectorform.plans.summary import summary

    command = f"vectorform rollout {desired.name} --dry-run"
    typer.echo(summary(plans, command, _unplanned(plans, regions)), nl=False)


def _unplanned(plans: Sequence[Plan], regions: Sequence[RegionProgress]) -> list[Unplanned]:
    from vectorform.plans.unplanned import Unplanned

    planned = {plan.stack for plan in plans}
    return [
        Unplanned(progress.stack, "\n".join(progress.problems) or progress.phase, _reason(progress.phase))
        for progress in regions
        if progress.stack not in planned
    ]


def _reason(phase: Phase) -> Reason:
    """Why there is no plan of a region that is in this phase at the end of a dry run."""
    if phase == "skipped":
        return "left out"
    return "failed" if phase == "failed" else "stopped"


def _on_a_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stderr.isatty() and sys.stdin.isatty() and not os.environ.get("CI")


def _display(environment: str, bake: int | None) -> Screen | PlainLines:
    if _on_a_terminal():
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
