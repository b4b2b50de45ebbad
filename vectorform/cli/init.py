"""`vectorform init`: a new project, in an empty folder or next to existing files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vectorform.cli.arguments import OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.engine import Engine, found_on_path
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.project.create import Answers

_QUESTIONS = {
    "project": ("Project; every name in AWS starts with it (letters, digits, hyphens)", None),
    "account_id": ("AWS account ID (12 digits)", None),
    "region": ("Region", "us-east-1"),
    "environment": ("First environment", "dev"),
}


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="The folder of the new project.")
    ] = Path(),
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="The project; every name in AWS starts with it.")
    ] = None,
    account_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The AWS account ID, 12 digits.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="The first region, such as us-east-1.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option(metavar="ENV", help="The first environment, such as dev.")
    ] = None,
    framework: Annotated[
        Literal["cdktf", "cdktn"], typer.Option(help="CDKTF, or its successor CDK Terrain (cdktn).")
    ] = "cdktf",
    binary: Annotated[
        Literal["terraform", "tofu"] | None,
        typer.Option(help="Terraform or OpenTofu. Default: terraform, or tofu if only that is on PATH."),
    ] = None,
    format: OutputFormat = Format.text,
) -> None:
    """Create a project: configuration, stacks, workflows, test."""
    given = {"project": project, "account_id": account_id, "region": region, "environment": environment}
    answers = _answers(given, Engine(framework, binary or _binary()))
    _refuse_unsound(answers)
    from vectorform.project.create import create

    written = create(folder, answers)
    if format is Format.json:
        print_json({"folder": folder, "environment": answers.environment, "files": written})
    else:
        for path in written:
            typer.echo(path)
    here = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    typer.echo(
        f"next: {here}vectorform doctor --install\n"
        f"then: vectorform rehearse {answers.environment}     # on this machine, without an AWS account",
        err=True,
    )


def _binary() -> str:
    """What this machine has; a project that one is in has no say in a new one."""
    return found_on_path()


def _answers(given: dict[str, str | None], engine: Engine) -> Answers:
    from vectorform.project.create import Answers

    missing = [name for name, value in given.items() if value is None]
    if missing and not sys.stdin.isatty():
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise UserError(f"a new project needs {options}: there is no terminal to ask for them")
    for name in missing:
        question, default = _QUESTIONS[name]
        given[name] = typer.prompt(question, default=default, err=True)
    return Answers(**{name: str(value) for name, value in given.items()}, engine=engine)


def _refuse_unsound(answers: Answers) -> None:
    """By the very rules of the YAML, before anything is written."""
    import tempfile

    from vectorform.language import check
    from vectorform.project.create import create

    with tempfile.TemporaryDirectory(prefix="vectorform-init-") as scratch:
        if "/" in answers.environment or not answers.environment.strip("."):
            raise UserError(f"`{answers.environment}` cannot name an environment; write a name such as dev")
        create(Path(scratch), answers)
        problems = check(answers.environment, Path(scratch)).problems
        errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        lines = "\n".join(f"  {error.path or error.file}: {error.text}" for error in errors)
        raise UserError(f"nothing was written:\n{lines}")
