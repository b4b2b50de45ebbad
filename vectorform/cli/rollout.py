"""`vectorform rollout`: deploy an environment wave by wave, each verified before the next."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, complete_regions
from vectorform.cli.conducting import Wishes, on_a_terminal, roll_out
from vectorform.cli.output import Format
from vectorform.cli.rollout_end import show
from vectorform.errors import UserError
from vectorform.guard import COMPARED_KEYS

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.rollout.saved import Keeper, SavedPlan


def command(
    environment: Env,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="REGION",
            help="Start with the wave of this region. Default: the first wave.",
            autocompletion=complete_regions,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="REGION",
            help="Only this region; repeatable. Default: all regions.",
            autocompletion=complete_regions,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan every region and print the summary; change nothing.")
    ] = False,
    bake: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Wait this long between waves, such as 90s, 30m or 1h30m, instead of for Enter.",
        ),
    ] = None,
    parallel: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Deploy at most N regions of a wave at the same time. Default: all of them.",
        ),
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
        ask = not (dry_run or yes) and on_a_terminal()
        wishes = Wishes(dry_run, ask, _seconds(bake), parallel, accept_loss, compare_keys, saved, keeper)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        ended = roll_out(desired, root, regions, wishes)
    raise typer.Exit(show(desired, ended, wishes, format))


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


def _seconds(bake: str | None) -> int | None:
    from vectorform.rollout.durations import seconds

    try:
        return None if bake is None else seconds(bake)
    except ValueError as error:
        raise UserError(f"--bake: {error}") from None


def _interrupt(_number: int, _frame: object) -> None:
    """A request to end is as Ctrl-C: Terraform finishes what it is in the middle of, and saves its state."""
    raise KeyboardInterrupt
