"""`vectorform rehearse`: deploy an environment on this machine, against a local AWS."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vectorform.cli.arguments import OptionalEnv, OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.rehearsal.inventory import Existing
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
    format: OutputFormat = Format.text,
) -> None:
    """Dry run: deploy and verify on this machine, without AWS.

    Real Terraform deploys to an emulator of AWS, and a second plan must be empty. It needs no AWS
    account.
    """
    from vectorform.language import load_to_deploy, project_root
    from vectorform.language.files import Files

    root = project_root(Path.cwd())
    if format is Format.json and (stop or env):
        raise UserError("--format json says what a rehearsal found: omit --stop and --env")
    if stop:
        _stop(root)
    elif env:
        _show_exports(root)
    elif environment is None:
        raise UserError("name the environment to rehearse, for example `vectorform rehearse dev`")
    else:
        desired = load_to_deploy(environment, root, Files(root, rehearsal=True))
        rehearse = _rehearse if format is Format.text else _rehearse_for_a_program
        raise typer.Exit(rehearse(desired, root, keep, provider))


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


def _rehearse(desired: Environment, root: Path, keep: bool, provider: str) -> int:
    from vectorform.rehearsal.rehearse import rehearsed

    with rehearsed(desired, root, keep=keep, provider=provider, tell=_step) as done:
        _show_inventory(desired, done)
        _step("Verification")
        verified = _verify(desired, root, done, sys.stderr.fileno())
        if verified == 0 and done.kept:
            _step(
                "The local AWS keeps running. These lines point a shell at it; `vectorform rehearse --env` "
                "prints them again, `vectorform rehearse --stop` stops it"
            )
            _print_exports(done.unset, done.exports)
    if verified == 0 and not done.kept:
        _tell("\nThe local AWS has stopped; nothing of this rehearsal is left running.")
    return verified


def _rehearse_for_a_program(desired: Environment, root: Path, keep: bool, provider: str) -> int:
    """The same, and at the end one object on stdout, also where a deployment failed."""
    from vectorform.rehearsal.failure import RehearsalFailed
    from vectorform.rehearsal.rehearse import rehearsed

    try:
        with (
            rehearsed(desired, root, keep=keep, provider=provider, tell=_step) as done,
            tempfile.TemporaryFile("w+", encoding="utf-8") as report,
        ):
            found = _show_inventory(desired, done)
            exit_code = _verify(desired, root, done, report.fileno(), "--format", "json")
            report.seek(0)
            print_json(
                {
                    "environment": desired.name,
                    "exit_code": exit_code,
                    "existing": found,
                    "verification": json.loads(report.read() or "null"),
                    "kept": {"exports": done.exports, "unset": done.unset} if done.kept else None,
                    "error": None,
                }
            )
    except RehearsalFailed as error:
        print_json(
            {
                "environment": desired.name,
                "exit_code": error.exit_code,
                "existing": [],
                "verification": None,
                "kept": None,
                "error": str(error),
            }
        )
        raise
    return exit_code


def _show_inventory(desired: Environment, done: Rehearsed) -> list[Existing]:
    from vectorform.rehearsal.inventory import existing
    from vectorform.wording import printable

    _step("What exists now")
    found = existing(desired, done.aws)
    for thing in found:
        where = f" [{thing.region}]" if thing.region else ""
        _tell(printable(f"{thing.kind} {thing.name}{where}"))
        if thing.detail:
            _tell(printable(f"    {thing.detail}"))
    return found


def _verify(desired: Environment, root: Path, done: Rehearsed, output: int, *options: str) -> int:
    from vectorform.processes.tied import run_tied

    command = [sys.executable, "-m", "vectorform", "verify", desired.name, *options]
    return run_tied(command, cwd=root, environment=done.surroundings, output=output)


def _step(text: str) -> None:
    _tell(f"\n=== {text}")


def _tell(text: str) -> None:
    typer.echo(text, err=True)
