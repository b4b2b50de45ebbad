"""`vectorform backend`: do state and locks work, and taking a state along to another backend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.check import Check
from vectorform.cli.arguments import Env, OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing
from vectorform.errors import UserError
from vectorform.wording import printable_lines

if TYPE_CHECKING:
    from vectorform.state.move import Moved

app = typer.Typer(help="Check Terraform's backend, or move the state to it.", no_args_is_help=True)

_MARKS = {"fine": "ok     ", "wrong": "WRONG  ", "unknown": "UNKNOWN"}


@app.command("check")
def check(
    environment: Env,
    format: OutputFormat = Format.text,
) -> None:
    """Check that Terraform can store and lock its state.

    Exit 0: the state can be kept and locked; 1: it cannot; 2: the check could not run.
    """
    from vectorform.cli import documents
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare
    from vectorform.processes import project
    from vectorform.state import checks

    root = project_root(Path.cwd())
    outdir = project.output_folder(root)
    done = []
    for found in _awaited(checks.check(load_to_compare(environment, root), outdir, pull(root, outdir))):
        done.append(found)
        if format is Format.json:
            continue
        typer.echo(printable_lines(f"{_MARKS[found.outcome]} {found.what}"))
        if found.fix:
            typer.echo(printable_lines(f"        {found.fix}"))
    if format is Format.json:
        print_json(documents.checks(environment, done, checks.exit_code(done)))
    raise typer.Exit(checks.exit_code(done))


def _awaited(found: Iterable[Check]) -> Iterator[Check]:
    """Each check as it ends, with a line on a terminal while it is waited for."""
    remaining = iter(found)
    while True:
        with doing("asking the backend"):
            check = next(remaining, None)
        if check is None:
            return
        yield check


@app.command("move")
def move(
    environment: Env,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="BACKEND",
            help="Where the state is now: local, or YAML such as '{type: s3, ...}'.",
        ),
    ],
    format: OutputFormat = Format.text,
) -> None:
    """Move the state of every stack to the configured backend.

    Changes nothing in AWS. Exit 0: every state was moved; 1: some were not; 2: a state could not be
    read.
    """
    from vectorform.language import load, load_with_backend, project_root
    from vectorform.processes import project
    from vectorform.processes.children import Children
    from vectorform.state.move import ASIDE, Move, NotMoved

    root = project_root(Path.cwd())
    new, old = load(environment, root), load_with_backend(environment, root, source)
    if old.backend == new.backend:
        raise UserError(
            f"{new.source} still has the backend of --from: write the new backend into the file first"
        )
    outcomes: list[Moved] = []
    failed: UserError | None = None
    try:
        with (
            project.alone(root) as surroundings,
            Children(cwd=root, environment=surroundings, grace=20.0) as children,
        ):
            binary = project.terraform_binary(surroundings)
            stacks = [new.stack_id(region) for region in new.regions]
            with doing("synthesizing"):
                folders = project.synth(root, children, stacks)
            moving = Move(old, new, root, binary, children)
            for region in old.regions:
                with doing(f"moving the state of {old.stack_id(region)}"):
                    outcomes.append(moving.take(region, folders[old.stack_id(region)]))
                if format is Format.text:
                    typer.echo(_moved(outcomes[-1]))
        if not any(done.resources for done in outcomes):
            raise NotMoved("there was nothing to move: check --from")
    except UserError as error:
        failed = error
    if format is Format.json:
        exit_code = failed.exit_code if failed else 0
        print_json({"environment": new.name, "exit_code": exit_code, "stacks": outcomes})
    if failed:
        raise failed
    kept = f"as files that end with {ASIDE}" if old.backend.type == "local" else "where they were"
    typer.echo(
        f"nothing in AWS was changed; the old states stay {kept}; check with: cdktf plan {' '.join(stacks)}",
        err=format is Format.json,
    )


def _moved(done: Moved) -> str:
    held = f", {done.resources} resources" if done.resources else ""
    return f"{done.stack}: {done.outcome}{held}"


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
