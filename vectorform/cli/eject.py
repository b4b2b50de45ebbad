"""`vectorform eject`: an environment as plain Terraform, to continue without this tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import Env, OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing
from vectorform.errors import UserError


class Occupied(UserError):
    """The folder holds something already."""

    exit_code = 1


def command(
    environment: Env,
    to: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where to write; each stack gets a folder in it.")
    ] = Path("terraform"),
    format: OutputFormat = Format.text,
) -> None:
    """Write plain Terraform that does not need vectorform.

    With the same state, its plan shows no changes.
    """
    import json

    from vectorform import engine
    from vectorform.language import load, project_root
    from vectorform.processes import project
    from vectorform.processes.children import Children
    from vectorform.project import eject

    root = project_root(Path.cwd())
    desired = load(environment, root)
    stacks = [desired.stack_id(region) for region in desired.regions]
    taken = [str(to / stack) for stack in stacks if (to / stack / eject.FILE).exists()]
    if taken:
        what = f"{', '.join(taken)} exists already: nothing was written"
        raise Occupied(f"{what}; name another folder with --to")
    # The output folder is ours until what was synthesized in it is read.
    with project.alone(root) as surroundings:
        with (
            Children(cwd=root, environment=surroundings, grace=20.0) as children,
            doing("synthesizing"),
        ):
            folders = project.synth(root, children, stacks)
        documents = {
            stack: json.loads((folders[stack] / "cdk.tf.json").read_text(encoding="utf-8"))
            for stack in stacks
        }
    written = []
    for stack, document in documents.items():
        folder = (to / stack).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / eject.FILE).write_text(
            eject.text(eject.ejected(document, folders[stack].resolve(), folder)), encoding="utf-8"
        )
        written.append(to / stack / eject.FILE)
    if format is Format.json:
        print_json({"environment": desired.name, "files": written})
    else:
        for file in written:
            typer.echo(file)
    binary = engine.binary(start=root)
    typer.echo(
        f"next, in each folder: {binary} init && {binary} plan     # No changes\n"
        "`vectorform docs leaving` explains the protection that remains, and how to return",
        err=True,
    )
