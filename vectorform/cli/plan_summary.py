"""`vectorform plan-summary`: what plans change, as Markdown for a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    plans: Annotated[
        list[Path],
        typer.Argument(metavar="PLAN.json...", help="Output of `show -json PLAN`."),
    ],
) -> None:
    """Print a Markdown summary of plans: a table per stack, and a caution for what loses vectors."""
    from vectorform.plans.changes import read_plan
    from vectorform.plans.summary import summary

    typer.echo(summary([read_plan(path) for path in plans]), nl=False)
