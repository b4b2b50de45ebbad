"""`vectorform validate`: everything that is wrong with environments, without Node, Terraform or AWS."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import complete_environments

if TYPE_CHECKING:
    from vectorform.language import Problem


class Format(StrEnum):
    """How problems are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENV]...",
            help="Environments; all of config/ if none is named.",
            autocompletion=complete_environments,
        ),
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text; json; or github, for annotations in a pull request.")
    ] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
) -> None:
    """Find all that is wrong in environments, each with its place.

    Syntax, schema, names, references, limits. Exit 0: sound; 1: there are errors; 2: could not read.
    """
    from vectorform import language
    from vectorform.language.rules.files import NO_ENVIRONMENTS

    root = language.project_root(Path.cwd())
    chosen = list(dict.fromkeys(names or language.names(root)))
    if not chosen:
        raise language.UnreadableError(
            [NO_ENVIRONMENTS.in_file("config", "has no environment", "vectorform new environment dev")]
        )
    problems, unreadable = _check(chosen, root)
    _print(problems, chosen, root, output)
    failing = ("error", "warning") if strict else ("error",)
    if unreadable:
        raise typer.Exit(2)
    if any(problem.severity in failing for problem in problems):
        raise typer.Exit(1)


def _check(names: Sequence[str], root: Path) -> tuple[list[Problem], bool]:
    """All problems of these environments in order, and whether something could not be read at all."""
    from vectorform import language
    from vectorform.language.loader import environment_file
    from vectorform.language.problems import in_order

    problems: list[Problem] = []
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


def _print(problems: Sequence[Problem], names: Sequence[str], root: Path, output: Format) -> None:
    from vectorform.cli.problem_report import as_github, as_json, as_text, counted, seen_from

    shown = seen_from(problems, root, Path.cwd())
    if output is Format.JSON:
        lines = as_json(shown, names)
    elif output is Format.GITHUB:
        lines = as_github(shown)
    else:
        lines = as_text(shown, excerpts=sys.stdout.isatty())
    for line in lines:
        typer.echo(line)
    what = f"{len(names)} environments" if len(names) > 1 else names[0]
    typer.echo(f"{what}: {counted(problems)}", err=True)
