"""`vectorform plan-comment`: what a pipeline writes under a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import Env


def command(
    environment: Env,
    summary: Annotated[
        Path, typer.Argument(metavar="SUMMARY.md", help="The output of the dry run; the file may be missing.")
    ],
    earlier: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The comment that this one replaces.")
    ] = None,
    of: Annotated[str, typer.Option(metavar="TEXT", help="What was planned, such as a commit.")] = "",
    attach: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Markdown to append if all of it fits, such as cost or a picture; may be missing; "
            "repeatable.",
        ),
    ] = None,
    rest: Annotated[
        str, typer.Option(metavar="URL", help="The URL of the whole output, such as the pipeline's page.")
    ] = "",
) -> None:
    """Print the pull request comment about the plans of ENV.

    The newest plan and, if that failed, the last complete plan. It fits GitHub's limit.
    """
    from vectorform.plans.comment import comment

    attached = [text for path in attach or [] if (text := _text(path).strip())]
    typer.echo(comment(environment, _text(summary), _text(earlier), of, rest, attached), nl=False)


def _text(path: Path | None) -> str:
    """What a file holds; nothing where there is none, since a step before may have failed."""
    from vectorform.errors import UserError

    try:
        return path.read_text(encoding="utf-8", errors="replace") if path else ""
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
