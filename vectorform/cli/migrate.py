"""`vectorform migrate`: the vectors of one index into another of the same dimension."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.migration.journal import Progress
    from vectorform.migration.migrate import Result
    from vectorform.migration.places import Described, Place


def command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The index to copy from: bucket/index.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The index to copy to: bucket/index.")],
    environment: Annotated[
        str | None,
        typer.Option(
            "--environment", "-e", help="Take the keys of config/ENVIRONMENT.yaml, not names in AWS."
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="The region of the source. Default: the home region, or the shell's.")
    ] = None,
    to_region: Annotated[
        str | None, typer.Option(help="The region of the target. Default: the source's.")
    ] = None,
    segments: Annotated[
        int, typer.Option(min=1, max=16, help="How many parts of the source are copied at the same time.")
    ] = 4,
    rate: Annotated[
        float, typer.Option(min=1, max=2500, help="Vectors per second at most; the service takes 2,500.")
    ] = 2500,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Compare every vector when all are copied.")
    ] = True,
) -> None:
    """Copy vectors with their metadata; those that TARGET has already are left as they are.

    Stopped or killed at any point, run it again: it goes on where it was. Exit 0: TARGET has every vector
    of SOURCE; 1: some differ or are missing; 2: it could not go on.
    """
    from vectorform.language import load, project_root

    desired = load(environment, project_root(Path.cwd())) if environment else None
    region = region or (
        None if desired else os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    )
    raise typer.Exit(_migrate(desired, source, target, region, to_region, segments, rate, check))


def _migrate(
    desired: Environment | None,
    source: str,
    target: str,
    region: str | None,
    to_region: str | None,
    segments: int,
    rate: float,
    check: bool,
) -> int:
    from vectorform.migration.calls import Refused
    from vectorform.migration.journal import Journal
    from vectorform.migration.migrate import Migration
    from vectorform.migration.pace import Pace
    from vectorform.migration.places import place, require_fitting

    origin = place(source, desired, region)
    goal = place(target, desired, to_region or region)
    ends = _described(origin), _described(goal)
    require_fitting(*ends)
    journal = Journal(Path.cwd(), *ends)
    start = time.monotonic()
    with journal.held(), _display(origin, goal) as on_progress:
        migration = Migration(
            origin,
            goal,
            journal,
            segments=segments,
            pace=Pace(vectors=rate),
            check=check,
            on_progress=on_progress,
        )
        try:
            result = migration.run()
        except Refused as error:
            at = migration.progress
            raise UserError(
                f"{error}\nStopped after {at.seen:,} vectors ({at.phase}); run it again to go on."
            ) from error
    typer.echo(_told(result, origin, goal, time.monotonic() - start, check))
    return 0 if result.complete else 1


def _described(end: Place) -> Described:
    import threading

    from vectorform.migration.calls import Refused, client, patiently
    from vectorform.migration.places import described

    try:
        return described(patiently(client(end, 1).get_index, threading.Event(), **end.parameters))
    except Refused as error:
        raise UserError(f"{end}: {error}") from error


@contextlib.contextmanager
def _display(origin: Place, goal: Place) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, one line per phase elsewhere."""
    if not sys.stderr.isatty():
        phases: list[str] = []

        def line(progress: Progress) -> None:
            if progress.phase not in phases:
                phases.append(progress.phase)
                typer.echo(f"{progress.phase}: {origin} -> {goal}", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bars:
        tasks: dict[str, tuple[TaskID, float, int]] = {}

        def show(progress: Progress) -> None:
            if progress.phase not in tasks:
                task = bars.add_task(progress.phase, total=progress.total, rate="")
                tasks[progress.phase] = (task, time.monotonic(), progress.seen)
            task_id, since, before = tasks[progress.phase]
            rate = (progress.seen - before) / max(0.001, time.monotonic() - since)
            bars.update(task_id, completed=progress.seen, rate=f"{rate:,.0f} vectors/s")

        yield show


def _told(result: Result, origin: Place, goal: Place, seconds: float, check: bool) -> str:
    already = result.seen - result.copied
    lines = [
        f"{origin} -> {goal}: {result.seen:,} vectors, {result.copied:,} copied, {already:,} were there",
        f"in {seconds:,.1f} s",
    ]
    if not check:
        lines.append("not compared (--no-check)")
    elif result.complete:
        lines.append("compared: the target has every vector of the source, with the same content")
    else:
        lines.append(
            f"compared: {result.missing:,} missing, {result.different:,} different in the target, which are "
            f"left as they are: something else writes there; for example {', '.join(result.examples)}"
        )
    return "\n".join(lines)
