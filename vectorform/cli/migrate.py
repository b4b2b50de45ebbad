"""`vectorform migrate`: the vectors of one index into another of the same dimension, in every region."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import OutputFormat, complete_environments, complete_indexes
from vectorform.cli.output import Format, print_json
from vectorform.errors import UserError
from vectorform.wording import printable, printable_lines

if TYPE_CHECKING:
    from vectorform.migration.places import Described, Place, Route


def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="The index to copy from: bucket/index.", autocompletion=complete_indexes
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="The index to copy to: bucket/index.", autocompletion=complete_indexes
        ),
    ],
    environment: Annotated[
        str | None,
        typer.Option(
            "--environment",
            "-e",
            metavar="ENV",
            help="SOURCE and TARGET are keys of config/ENV.yaml, not names in AWS.",
            autocompletion=complete_environments,
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            help="Only this region; repeatable. Default: all regions of the environment, or that of "
            "the shell.",
        ),
    ] = None,
    to_region: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="The region of TARGET. Default: that of SOURCE."),
    ] = None,
    segments: Annotated[
        int,
        typer.Option(min=1, max=16, metavar="N", help="How many parts of SOURCE to copy at the same time."),
    ] = 4,
    rate: Annotated[
        float,
        typer.Option(
            min=1,
            max=2500,
            metavar="N",
            help="Maximum vectors per second and region; S3 Vectors accepts 2,500.",
        ),
    ] = 2500,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Compare every vector after the copy.")
    ] = True,
    format: OutputFormat = Format.text,
) -> None:
    """Copy the vectors of one index into another.

    Keys, vectors and metadata are copied unchanged. Vectors that TARGET already has stay as they are.

    With an environment, it copies in every region that has SOURCE, in parallel. If it is stopped or
    killed, run it again: the copy continues where it was, and the comparison covers all vectors.

    Exit 0: TARGET has every vector of SOURCE (--no-check: all were copied, nothing was compared); 1:
    some differ or are missing; 2: the copy could not continue.
    """
    from vectorform.language import project_root
    from vectorform.language.unconfirmed import load_unconfirmed
    from vectorform.migration.places import named_in_aws, named_in_yaml

    folder = Path.cwd()
    if environment:
        folder = project_root(folder)
        route = named_in_yaml(source, target, load_unconfirmed(environment, folder), region or (), to_region)
    else:
        if len(region or ()) > 1:
            raise UserError("several regions need --environment, which has the names of the indexes there")
        shell = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        route = named_in_aws(source, target, region[0] if region else shell, to_region)
    raise typer.Exit(_migrate(route, folder, segments, rate, check, format))


def _migrate(route: Route, folder: Path, segments: int, rate: float, check: bool, format: Format) -> int:
    from vectorform.cli import documents
    from vectorform.cli.migration_display import display
    from vectorform.migration.journal import Journal
    from vectorform.migration.migrate import Migration
    from vectorform.migration.pace import Pace
    from vectorform.migration.report import exit_code, report
    from vectorform.migration.side_by_side import run_all

    described = _described(route)
    for line in _warnings(route, described):
        typer.echo(printable(line), err=True)
    with contextlib.ExitStack() as held:
        show = held.enter_context(display())
        migrations = []
        for source, target in route.pairs:
            journal = Journal(folder, described[source], described[target])
            held.enter_context(journal.held())
            migrations.append(
                Migration(
                    source,
                    target,
                    journal,
                    segments=segments,
                    pace=Pace(vectors=rate),
                    check=check,
                    on_progress=functools.partial(show, source, target),
                )
            )
        outcomes = run_all(migrations)
    if format is Format.json:
        print_json(documents.migration(outcomes, route.left_out, exit_code(outcomes)))
    else:
        typer.echo(printable_lines(report(outcomes, route.left_out)))
    return exit_code(outcomes)


def _described(route: Route) -> dict[Place, Described]:
    """Every end as it is in AWS. Raises UserError with all that is wrong in any region."""
    import threading

    from vectorform.migration.calls import Refused, describe
    from vectorform.migration.places import require_fitting

    found: dict[Place, Described] = {}
    wrong = []
    for end in dict.fromkeys(end for pair in route.pairs for end in pair):
        try:
            found[end] = describe(end, threading.Event())
        except Refused as error:
            wrong.append(f"{end}: {error}")
    for source, target in route.pairs:
        if source in found and target in found:
            try:
                require_fitting(found[source], found[target])
            except UserError as error:
                wrong.append(f"{source} -> {target}: {error}")
    if wrong:
        raise UserError("\n".join([*wrong, "nothing was copied"]))
    return found


def _warnings(route: Route, described: dict[Place, Described]) -> Iterator[str]:
    """What is noteworthy about the pairs, each with the regions that it is true of."""
    from vectorform.migration.places import noteworthy

    regions: dict[str, list[str]] = {}
    for source, target in route.pairs:
        for note in noteworthy(described[source], described[target]):
            regions.setdefault(note, []).append(source.region)
    for note, names in regions.items():
        yield f"warning: {', '.join(names)}: {note}"
