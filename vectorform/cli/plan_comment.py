"""`vectorform plan-comment`: what a pipeline writes under a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import Env


def command(
    environment: Env,
    summary: Annotated[
        Path, typer.Argument(metavar="SUMMARY.md", help="What the dry run printed; may be missing.")
    ],
    earlier: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The comment that this one takes the place of.")
    ] = None,
    of: Annotated[str, typer.Option(metavar="TEXT", help="What was planned: a commit.")] = "",
    attach: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Markdown to follow, cost or a picture, where it fits whole; may be missing; repeatable.",
        ),
    ] = None,
    rest: Annotated[
        str, typer.Option(metavar="URL", help="Where all of it is: a page of the pipeline.")
    ] = "",
) -> None:
    """Print the comment of a pull request, of the plans of ENV.

    The newest plan and, while it failed, the last whole one. It fits GitHub's limit.
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
