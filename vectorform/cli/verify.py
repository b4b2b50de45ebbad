"""`vectorform verify`: is AWS what the file says?"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import DesiredState, Env, ToolVersion, complete_regions
from vectorform.cli.deployed import refuse_edited, refuse_other_version, regions_of
from vectorform.errors import UserError
from vectorform.verifier.formats import Format

if TYPE_CHECKING:
    from vectorform.desired.model import Environment, Region
    from vectorform.verifier.report import Report

WATCH_SECONDS = 30.0


def command(
    environment: Env,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            help="Only this region; repeatable. IAM is checked with the home region. Default: all regions.",
            autocompletion=complete_regions,
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.text,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="Also create, query and delete a temporary index in each bucket.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help=f"Check every {WATCH_SECONDS:g} seconds, and print what changes, until Ctrl-C."
        ),
    ] = False,
    desired_state: DesiredState = None,
    tool_version: ToolVersion = None,
) -> None:
    """Find drift: compare AWS with the configuration.

    Exit 0: no drift; 1: drift; 2: the check could not run.
    """
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare

    if tool_version is not None:
        refuse_other_version(tool_version)
    desired = load_to_compare(environment, project_root(Path.cwd()))
    regions = regions_of(desired, region or [])
    if desired_state is not None:
        refuse_edited(desired, regions, desired_state)
    if watch and (format is not Format.text or smoke):
        raise UserError("--watch prints text and only reads: omit --format and --smoke")
    exit_code = _watch(desired, regions) if watch else _once(desired, regions, format, smoke)
    raise typer.Exit(exit_code)


def _once(environment: Environment, regions: Sequence[Region], format: Format, smoke: bool) -> int:
    report = _report(environment, regions)
    if smoke:
        from vectorform.verifier.smoke import smoke as smoke_test

        report = smoke_test(environment, regions, report)
    if format is Format.text and sys.stdout.isatty():
        from rich.console import Console

        from vectorform.verifier.formats import terminal

        terminal.show(report, Console())
    else:
        typer.echo(format.render(report), nl=False)
    return report.exit_code


def _report(environment: Environment, regions: Sequence[Region]) -> Report:
    from vectorform.verifier.verify import verify

    if not sys.stderr.isatty():
        return verify(environment, regions)
    from rich.console import Console

    from vectorform.verifier.formats import terminal

    with terminal.progress(Console(stderr=True)) as on_progress:
        return verify(environment, regions, on_progress=on_progress)


def _watch(environment: Environment, regions: Sequence[Region]) -> int:
    """Rounds until Ctrl-C; the exit code is the last round's."""
    from vectorform.verifier.formats import text
    from vectorform.verifier.verify import verify

    before: Report | None = None
    try:
        while True:
            report = verify(environment, regions)
            typer.echo(text.changes(before, report), nl=False)
            sys.stdout.flush()
            before = report
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        return before.exit_code if before else 130
