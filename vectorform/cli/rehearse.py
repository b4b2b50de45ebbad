"""`vectorform rehearse`: deploy an environment on this machine, against a local AWS."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vectorform.cli.arguments import OptionalEnv
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.rehearsal.rehearse import Rehearsed


def command(
    environment: OptionalEnv = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Leave the local AWS running, and print export lines that point a shell at it."
        ),
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop the local AWS that --keep left running.")
    ] = False,
    env: Annotated[bool, typer.Option("--env", help="Print the export lines of --keep again.")] = False,
    provider: Annotated[
        Literal["offline", "registry"],
        typer.Option(help="`registry` downloads the genuine hashicorp/aws provider and uses it."),
    ] = "offline",
) -> None:
    """Dry run: deploy and verify on this machine, without AWS.

    Real Terraform deploys twice to an emulator of AWS, and the second plan must be empty. It needs no AWS
    account.
    """
    from vectorform.language import load_to_deploy, project_root
    from vectorform.language.layers import Files

    root = project_root(Path.cwd())
    if stop:
        _stop(root)
    elif env:
        _show_exports(root)
    elif environment is None:
        raise UserError("name the environment to rehearse, for example `vectorform rehearse dev`")
    else:
        _rehearse(load_to_deploy(environment, root, Files(root, rehearsal=True)), root, keep, provider)


def _stop(root: Path) -> None:
    from vectorform.rehearsal.rehearse import folder

    stopped = folder(root).stop()
    _tell("The local AWS has stopped." if stopped else "No local AWS is running here.")


def _show_exports(root: Path) -> None:
    from vectorform.rehearsal.rehearse import folder

    kept = folder(root).kept()
    if kept is None:
        raise UserError("no local AWS is running here; start one: vectorform rehearse ENV --keep")
    _print_exports(kept.unset, kept.exports)


def _print_exports(unset: Sequence[str], exports: Mapping[str, str]) -> None:
    if unset:
        typer.echo(f"unset {' '.join(unset)}")
    for name, value in exports.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def _rehearse(desired: Environment, root: Path, keep: bool, provider: str) -> None:
    from vectorform.rehearsal.rehearse import rehearsed

    with rehearsed(desired, root, keep=keep, provider=provider, tell=_step) as done:
        _step("What exists now")
        _show_inventory(desired, done)
        _step("Verification")
        verified = _verify(desired, root, done)
        if verified != 0:
            raise typer.Exit(verified)
        if done.kept:
            _step(
                "The local AWS keeps running. These lines point a shell at it; `vectorform rehearse --env` "
                "prints them again, `vectorform rehearse --stop` stops it"
            )
            _print_exports(done.unset, done.exports)
    if not done.kept:
        _tell("\nThe local AWS has stopped; nothing of this rehearsal is left running.")


def _show_inventory(desired: Environment, done: Rehearsed) -> None:
    from vectorform.rehearsal.inventory import existing
    from vectorform.wording import printable

    for thing in existing(desired, done.aws):
        where = f" [{thing.region}]" if thing.region else ""
        _tell(printable(f"{thing.kind} {thing.name}{where}"))
        if thing.detail:
            _tell(printable(f"    {thing.detail}"))


def _verify(desired: Environment, root: Path, done: Rehearsed) -> int:
    from vectorform.processes.tied import run_tied

    command = [sys.executable, "-m", "vectorform", "verify", desired.name]
    return run_tied(command, cwd=root, environment=done.surroundings, output=sys.stderr.fileno())


def _step(text: str) -> None:
    _tell(f"\n=== {text}")


def _tell(text: str) -> None:
    typer.echo(text, err=True)
