"""`vectorform explain`: the effective configuration, and where each value came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    name: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    path: Annotated[
        str, typer.Argument(metavar="[PATH]", help="A part of it, such as vector_buckets.main.indexes.")
    ] = "",
) -> None:
    """Print an environment as it is after extending, with defaults, each value with its file and line."""
    from vectorform import language
    from vectorform.language.explain import explain

    root = language.project_root(Path.cwd())
    report = language.check(name, root)
    if report.environment is None or report.tree is None:
        raise language.ConfigurationError(report.problems)
    typer.echo(explain(report.environment, report.tree, path), nl=False)
