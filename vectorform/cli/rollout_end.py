"""What `vectorform rollout` prints at its end: a report, Markdown for a pull request, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from vectorform.cli.conducting import Ended, Wishes
from vectorform.cli.output import Format, print_json
from vectorform.wording import printable

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.plans.changes import Plan
    from vectorform.plans.unplanned import Reason, Unplanned
    from vectorform.rollout.progress import Phase, RegionProgress
    from vectorform.rollout.saved import Keeper


def show(desired: Environment, ended: Ended, wishes: Wishes, format: Format) -> int:
    """Print it; the exit code."""
    from vectorform.rollout.report import exit_code, report

    code = exit_code(ended.regions, ended.ending)
    if format is Format.json:
        from vectorform.cli import documents

        left = _unplanned(ended.plans, ended.regions) if wishes.dry_run else []
        print_json(
            documents.rollout(
                desired.name, ended.regions, ended.plans, left, wishes.dry_run, ended.seconds, code
            )
        )
    else:
        if wishes.dry_run:
            _show_summary(desired, ended.plans, ended.regions)
        text = report(desired.name, ended.regions, ended.seconds, wishes.dry_run, ended.ending)
        typer.echo(text, nl=False, err=wishes.dry_run)  # the Markdown of a dry run is for a program
    if wishes.keeper:
        typer.echo(_kept(desired, wishes.keeper), err=True)
    return code


def _kept(desired: Environment, keeper: Keeper) -> str:
    folder = printable(str(keeper.folder))
    if not keeper.finished:
        return f"{folder}: no plans were saved, because not every region has one"
    return (
        f"{folder}: the plans; keep it secret, because they contain values of the state\n"
        f"apply exactly these: vectorform rollout {desired.name} --plans {folder}"
    )


def _show_summary(desired: Environment, plans: Sequence[Plan], regions: Sequence[RegionProgress]) -> None:
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
