"""`vectorform backend check`: do state and locks work, before the first deploy relies on them?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Where Terraform keeps its state.", no_args_is_help=True)

_MARKS = {"fine": "ok     ", "wrong": "WRONG  ", "unknown": "UNKNOWN"}


@app.callback()
def group() -> None:
    """Keep `check` a command of its own although it is the only one."""


@app.command("check")
def check(
    environment: Annotated[str, typer.Argument(help="The environment: config/ENVIRONMENT.yaml.")],
) -> None:
    """See whether state can be kept and locked. Exit 0: yes; 1: no; 2: could not look."""
    from vectorform.language import load, project_root
    from vectorform.state import checks

    root = project_root(Path.cwd())
    done = []
    for found in checks.check(load(environment, root), root):
        done.append(found)
        typer.echo(f"{_MARKS[found.outcome]} {found.what}")
        if found.fix:
            typer.echo(f"        {found.fix}")
    raise typer.Exit(checks.exit_code(done))
