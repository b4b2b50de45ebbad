"""The progress of migrations on stderr: bars on a terminal, one line per region and phase elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from vectorform.migration.journal import Progress
    from vectorform.migration.places import Place

Show = Callable[["Place", "Place", "Progress"], None]


@contextlib.contextmanager
def display() -> Iterator[Show]:
    """What to call, from any thread and one call at a time for each migration, when one has gone on."""
    with _bars() if sys.stderr.isatty() else contextlib.nullcontext(_lines()) as show:
        yield show


def _lines() -> Show:
    begun: set[tuple[Place, Place, str]] = set()

    def show(source: Place, target: Place, progress: Progress) -> None:
        key = (source, target, progress.phase)
        if key not in begun:
            begun.add(key)
            typer.echo(f"{progress.phase}: {source} -> {target}", err=True)

    return show


@contextlib.contextmanager
def _bars() -> Iterator[Show]:
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
    tasks: dict[tuple[Place, Place, str], tuple[TaskID, float, int]] = {}

    def show(source: Place, target: Place, progress: Progress) -> None:
        key = (source, target, progress.phase)
        if key not in tasks:
            task = bars.add_task(f"{source.region} {progress.phase}", total=progress.total, rate="")
            tasks[key] = (task, time.monotonic(), progress.seen)
        task_id, since, before = tasks[key]
        rate = (progress.seen - before) / max(0.001, time.monotonic() - since)
        bars.update(task_id, completed=progress.seen, rate=f"{rate:,.0f} vectors/s")

    with bars:
        yield show
