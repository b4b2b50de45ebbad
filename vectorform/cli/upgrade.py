"""`vectorform upgrade`: the files that `init` wrote, as the installed version would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
) -> None:
    """Renew the files of `init`, and show how edited ones differ.

    What is unchanged since `init` is renewed; what was edited is left, and its difference shown.
    """
    from vectorform.language import project_root
    from vectorform.project.upgrade import upgrade

    words = {"renewed": "would be renewed", "added": "would be added"} if dry_run else {}
    words["edited"] = "edited since it was written, left as it is; what the installed version would change:"
    edited = False
    for step in upgrade(project_root(Path.cwd()), write=not dry_run):
        if step.outcome == "same":
            continue
        edited = edited or step.outcome == "edited"
        typer.echo(f"{step.path}: {words.get(step.outcome, step.outcome)}")
        if step.outcome == "edited" or dry_run:
            typer.echo(step.diff, nl=False)
    if edited:
        typer.echo("take over by hand what you want of the differences above", err=True)
