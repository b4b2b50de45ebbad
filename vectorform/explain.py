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
    import environments
    from environments.explain import explain

    root = environments.project_root(Path.cwd())
    report = environments.check(name, root)
    if report.environment is None or report.tree is None:
        raise environments.ConfigurationError(report.problems)
    typer.echo(explain(report.environment, report.tree, path), nl=False)
