"""`vectorform plan-summary`: what plans change, as Markdown for a pull request."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.output import Format, print_json

STDIN = Path("-")


def command(
    plans: Annotated[
        list[Path],
        typer.Argument(metavar="PLAN.json...", help="The output of `terraform show -json PLAN`; - is stdin."),
    ],
    stack: Annotated[
        str,
        typer.Option("--stack", metavar="STACK", help="The stack of a plan whose file is named differently."),
    ] = "",
    format: Annotated[Format, typer.Option(help="text: Markdown.")] = Format.text,
) -> None:
    """Summarize plans as Markdown for a pull request.

    A table per stack, and a caution for what loses vectors.
    """
    from vectorform.cli import documents
    from vectorform.errors import UserError
    from vectorform.plans.changes import parse_plan, read_plan
    from vectorform.plans.summary import summary

    if stack and len(plans) > 1:
        raise UserError("--stack names the stack of one plan, and there are several")
    if plans.count(STDIN) > 1:
        raise UserError("stdin holds one plan: name - once")
    read = [
        parse_plan(sys.stdin.buffer.read(), "stdin", "stdin") if path == STDIN else read_plan(path)
        for path in plans
    ]
    if stack:
        read = [replace(plan, stack=stack) for plan in read]
    if format is Format.json:
        print_json(documents.plan_summary(read))
    else:
        typer.echo(summary(read), nl=False)
