"""A table for a person at a terminal, with a progress bar while it is being made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from vectorform.verifier.formats.text import region_lines, smoke_lines
from vectorform.verifier.formats.wording import AS_WRITTEN, effort, kind_words, sentence
from vectorform.verifier.region import Progress as OnProgress
from vectorform.verifier.report import Finding, Report
from vectorform.wording import printable, printable_lines


def show(report: Report, console: Console) -> None:
    """Print the findings as a table, then a line per region."""
    if report.findings:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("", "written in", "finding and what to do"):
            table.add_column(heading, overflow="fold")
        for finding in report.findings:
            table.add_row(
                _kind(finding), Text(printable(str(finding.resource.source or ""))), _details(finding)
            )
        console.print(table)
    for line in region_lines(report):
        console.print(Text(line, style="" if line.endswith(AS_WRITTEN) else "bold"))
    for line in smoke_lines(report):
        console.print(Text(line))
    console.print(Text(effort(report), style="dim"))


def _kind(finding: Finding) -> Text:
    style = "yellow" if finding.severity == "warning" else kind_words(finding.kind).colour
    return Text(finding.kind, style=f"bold {style}")


def _details(finding: Finding) -> Text:
    resource = finding.resource
    details = Text(f"{sentence(finding)} [{resource.region}]")
    for line in (resource.terraform_address, resource.arn):
        if line:
            details.append(f"\n{printable(line)}", style="dim")
    return details.append("\nfix: ", style="bold").append(printable_lines(finding.fix))


@contextmanager
def progress(console: Console) -> Iterator[OnProgress]:
    """A bar per region on `console`; gives the function that moves them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, object] = {}
        lock = threading.Lock()

        def moved(region: str, done: int, total: int) -> None:
            with lock:
                if region not in tasks:
                    tasks[region] = bars.add_task(region, total=total)
                bars.update(tasks[region], completed=done)  # type: ignore[arg-type]

        yield moved
