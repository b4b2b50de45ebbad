"""`vectorform upgrade`: the files that `init` wrote, as the installed version would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import OutputFormat
from vectorform.cli.output import Format, print_json


def command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    format: OutputFormat = Format.text,
) -> None:
    """Update the files that `init` wrote and nobody edited.

    Files that are unchanged since `init` are updated. Files that you edited stay as they are, and the
    command prints the difference.
    """
    from vectorform.language import project_root
    from vectorform.project.upgrade import upgrade

    steps = upgrade(project_root(Path.cwd()), write=not dry_run)
    if format is Format.json:
        print_json({"dry_run": dry_run, "files": steps})
        return
    words = {"renewed": "would be updated", "added": "would be added"} if dry_run else {}
    words["edited"] = "edited, so it stays as it is; the installed version would change:"
    edited = False
    for step in steps:
        if step.outcome == "same":
            continue
        edited = edited or step.outcome == "edited"
        typer.echo(f"{step.path}: {words.get(step.outcome, step.outcome)}")
        if step.outcome == "edited" or dry_run:
            typer.echo(step.diff, nl=False)
    if edited:
        typer.echo("merge what you want from the differences above by hand", err=True)
