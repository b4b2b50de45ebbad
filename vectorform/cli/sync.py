"""`vectorform sync`: documents of data sources into the vectors of their knowledge bases."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli import documents
from vectorform.cli.arguments import Env, OnlyRegions, OutputFormat, complete_data_sources
from vectorform.cli.output import Format, print_json
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.ingestion.jobs import Synchronized, Task


def command(
    environment: Env,
    data_source: Annotated[
        str | None,
        typer.Argument(
            metavar="[KB[/SOURCE]]",
            help="Only this knowledge base, or this data source of it, by key.",
            autocompletion=complete_data_sources,
            show_default=False,
        ),
    ] = None,
    region: OnlyRegions = None,
    format: OutputFormat = Format.text,
) -> None:
    """Ingest documents of knowledge bases into their indexes.

    Embeds new and changed documents, and deletes the vectors of removed ones, in every region.
    Follows a job that is already running. Ctrl-C leaves jobs running.

    Exit 0: all documents are ingested; 1: some are not, or a job failed; 2: a job could not be
    started or read.
    """
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare

    desired = load_to_compare(environment, project_root(Path.cwd()))
    wanted = _tasks(desired, data_source, region or [])
    found = _run(desired, wanted)
    exit_code = max(each.exit_code for each in found)
    if format is Format.json:
        print_json(documents.synchronization(desired.name, found, exit_code))
    else:
        from vectorform.ingestion.wording import result

        for each in found:
            for line in result(each):
                typer.echo(line)
    raise typer.Exit(exit_code)


def _tasks(desired: Environment, data_source: str | None, regions: list[str]) -> list[Task]:
    from vectorform.desired import lookup
    from vectorform.ingestion.jobs import tasks

    base, _, source = (data_source or "").partition("/")
    known = {of.key: of for region in desired.regions for of in region.knowledge_bases}
    if base:
        sources = {
            each.key: each for each in lookup.named(base, known, "knowledge base", desired.name).data_sources
        }
        if source:
            lookup.named(source, sources, "data source", base)
    chosen = [lookup.region(desired, name) for name in regions] or desired.regions
    found = tasks(chosen, lambda of, key: base in ("", of) and source in ("", key))
    if not found:
        where = f" in {', '.join(regions)}" if regions else ""
        raise UserError(
            f"{desired.name}: no data source to synchronize{where}; add one under `knowledge_bases`"
        )
    return found


def _run(desired: Environment, wanted: list[Task]) -> list[Synchronized]:
    from vectorform.ingestion.jobs import AT_ONCE, Sync
    from vectorform.ingestion.wording import left_running, progress
    from vectorform.threads import at_once

    def show(found: Synchronized) -> None:
        if found.running:  # how it ended is the result
            typer.echo(progress(found), err=True)

    sync = Sync(desired, on_change=show)
    try:
        results = at_once(
            [functools.partial(sync.run, task) for task in wanted],
            name="knowledge base",
            stop=sync.stop,
            threads=AT_ONCE,
        )
    except KeyboardInterrupt:
        for found in sync.left:
            typer.echo(left_running(found), err=True)
        raise
    return [found for result in results for found in result]
