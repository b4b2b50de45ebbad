"""`vectorform backend check`: do state and locks work, before the first deploy relies on them?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vectorform.errors import UserError

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
    from vectorform.processes import project
    from vectorform.state import checks

    root = project_root(Path.cwd())
    outdir = project.output_folder(root)
    done = []
    for found in checks.check(load(environment, root), outdir, pull(root, outdir)):
        done.append(found)
        typer.echo(f"{_MARKS[found.outcome]} {found.what}")
        if found.fix:
            typer.echo(f"        {found.fix}")
    raise typer.Exit(checks.exit_code(done))


def pull(root: Path, outdir: Path) -> Callable[[str], bytes | None]:
    """What `state pull` prints in the folder of a stack; None where it was not synthesized, or that fails."""

    def pulled(stack: str) -> bytes | None:
        from vectorform.adoption import importing
        from vectorform.processes import project
        from vectorform.processes.children import Children

        folder = outdir / "stacks" / stack
        if not folder.is_dir():
            return None
        surroundings = project.surroundings(root)
        try:
            with Children(cwd=root, environment=surroundings, grace=20.0) as children:
                return importing.pulled(folder, project.terraform_binary(surroundings), children).encode()
        except UserError:
            return None

    return pulled
