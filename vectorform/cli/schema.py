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
    of: Annotated[
        str | None,
        typer.Argument(metavar="[COMMAND]", help="The command whose --format json output to describe."),
    ] = None,
    output: Annotated[
        Format,
        typer.Option("--format", help="json: the schema; markdown: the reference for people."),
    ] = Format.JSON,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write to this file instead of stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of environments, or of an output.

    Draft 2020-12. With COMMAND: the schema of what it prints with --format json.
    """
    from vectorform.errors import UserError
    from vectorform.language.schema import schema_path

    if of is not None:
        text = _of_output(schema_path().parent / "output", of.replace(" ", "-"))
    elif output is Format.MARKDOWN:
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


def _of_output(folder: Path, name: str) -> str:
    from vectorform.errors import UserError
    from vectorform.wording import did_you_mean

    known = sorted(path.name.removesuffix(".schema.json") for path in folder.glob("*.schema.json"))
    if name not in known:
        raise UserError(f"no schema of what `{name}` prints; {did_you_mean(name, known)}")
    return (folder / f"{name}.schema.json").read_text(encoding="utf-8")
