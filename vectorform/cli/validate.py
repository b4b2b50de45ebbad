"""`vectorform validate`: everything that is wrong with environments, without Node, Terraform or AWS."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import complete_environments

if TYPE_CHECKING:
    from vectorform.language import Problem


class Format(StrEnum):
    """How problems are written; `problem_report.FORMATS` has a function for each."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENV]...",
            help="The environments to check. Default: all in config/.",
            autocompletion=complete_environments,
        ),
    ] = None,
    output: Annotated[
        Format,
        typer.Option("--format", help="text; json; github, for annotations in a pull request; or sarif."),
    ] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
) -> None:
    """Check the configuration; print errors with their place.

    The place is file, line and column. Checks syntax, schema, names, references and limits.

    Exit 0: no errors; 1: errors; 2: a file could not be read.
    """
    from vectorform import language
    from vectorform.language.rules.files import NO_ENVIRONMENTS

    root = language.project_root(Path.cwd())
    chosen = list(dict.fromkeys(names or language.names(root)))
    others = [] if names else language.not_read(root)
    if not chosen:
        hint = "vectorform new environment dev"
        raise language.UnreadableError(
            [*others, NO_ENVIRONMENTS.in_file("config", "has no environment", hint)]
        )
    problems, unreadable = _check(chosen, root, others)
    _print(problems, chosen, root, output, complete=not unreadable)
    failing = ("error", "warning") if strict else ("error",)
    if unreadable:
        raise typer.Exit(2)
    if any(problem.severity in failing for problem in problems):
        raise typer.Exit(1)


def _check(names: Sequence[str], root: Path, others: Sequence[Problem]) -> tuple[list[Problem], bool]:
    """All problems of these environments in order, and whether something could not be read at all."""
    from vectorform import language
    from vectorform.language.loader import environment_file
    from vectorform.language.problems import in_order

    problems = list(others)
    unreadable = False
    reports = {report.name: report for report in language.check_all(root)}
    for name in names:
        if name in reports:
            problems += reports[name].problems
            unreadable = unreadable or reports[name].unreadable
            continue
        try:
            environment_file(name, root)
        except language.UnreadableError as error:
            problems += error.problems
            unreadable = True
    return list(in_order(problems)), unreadable


def _print(
    problems: Sequence[Problem], names: Sequence[str], root: Path, output: Format, *, complete: bool
) -> None:
    from vectorform.cli.problem_report import FORMATS, Checked, counted, seen_from

    checked = Checked(seen_from(problems, root, Path.cwd()), names, complete)
    for line in FORMATS[output.value](checked):
        typer.echo(line)
    what = f"{len(names)} environments" if len(names) > 1 else names[0]
    typer.echo(f"{what}: {counted(problems)}", err=True)
