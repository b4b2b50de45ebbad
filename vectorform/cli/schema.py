"""`vectorform schema`: the schema of environment files, for editors, or the reference made from it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What is written."""

    JSON = "json"
    MARKDOWN = "markdown"


def command(
    output: Annotated[
        Format,
        typer.Option("--format", help="json, the schema itself; or markdown, the reference for people."),
    ] = Format.JSON,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write it to a file instead of stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of environment files (Draft 2020-12)."""
    from vectorform.errors import UserError
    from vectorform.language.schema import schema_path

    if output is Format.MARKDOWN:
        from vectorform.language.reference import reference

        text = reference()
    else:
        text = schema_path().read_text(encoding="utf-8")
    if write is None:
        typer.echo(text, nl=False)
        return
    try:
        write.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{write}: cannot be written: {error.strerror}") from error
