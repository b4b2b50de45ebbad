"""`vectorform doctor`: what a deploy or a rehearsal lacks on this machine, and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from vectorform.check import Check
from vectorform.cli.arguments import OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.cli.screen_lines import hanging
from vectorform.cli.working import doing
from vectorform.errors import UserError


def command(
    install: Annotated[
        bool, typer.Option("--install", help="Install the cdktf command line and what else is missing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what is missing.")] = False,
    format: OutputFormat = Format.text,
) -> None:
    """Check the installation; say how to fix what is missing."""
    from vectorform.language import project_root
    from vectorform.processes.project import output_folder
    from vectorform.state.writer import of_the_other_tool
    from vectorform.toolchain.doctor import examine

    root = project_root(Path.cwd())
    if install:
        _install(root)
    with doing("examining the installation"):
        checks = [
            *examine(root),
            *_project_files(root),
            *of_the_other_tool(root, output_folder(root).parent),
            *_credentials(),
        ]
    exit_code = int(any(check.outcome == "wrong" for check in checks))
    shown = [check for check in checks if not quiet or check.outcome != "fine"]
    if format is Format.json:
        print_json({"exit_code": exit_code, "checks": shown})
    else:
        for check in shown:
            typer.echo(hanging("", f"{check.outcome}: {check.what}"))
            if check.fix:
                typer.echo(hanging("  ", check.fix))
    raise typer.Exit(exit_code)


def _install(root: Path) -> None:
    from vectorform.toolchain.project import install
    from vectorform.toolchain.steps import SetUpError

    try:
        install(root)
    except SetUpError as error:
        raise UserError(f"set-up failed: {error}") from None


def _project_files(root: Path) -> Iterator[Check]:
    from vectorform.project.upgrade import outdated

    before = outdated(root)
    if before is not None:
        yield Check("wrong", f"vectorform {before} wrote the project's files", "vectorform upgrade")


def _credentials() -> Iterator[Check]:
    """Whether there are any: nothing of them is shown, and no service is asked."""
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        found = boto3.Session().get_credentials()
    except BotoCoreError as error:
        yield Check("wrong", f"AWS credentials cannot be read: {error}", "fix the AWS configuration")
        return
    if found is None:
        yield Check("fine", "no AWS credentials: a deploy needs them, a rehearsal does not")
    else:
        yield Check("fine", f"AWS credentials from {found.method}")
