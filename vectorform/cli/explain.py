"""`vectorform explain`: the effective configuration, and where each value came from; or a picture of it."""

from __future__ import annotations

import enum
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env
from vectorform.cli.output import print_json
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment


class Format(enum.StrEnum):
    """How it is shown."""

    yaml = "yaml"
    json = "json"
    mermaid = "mermaid"


def command(
    name: Env,
    path: Annotated[
        str, typer.Argument(metavar="[PATH]", help="Only this part, such as vector_buckets.main.indexes.")
    ] = "",
    format: Annotated[
        Format, typer.Option(help="yaml; json; or mermaid, a picture of who may do what, and where.")
    ] = Format.yaml,
    against: Annotated[
        str, typer.Option(metavar="REF", help="With mermaid: only what differs from this commit or branch.")
    ] = "",
) -> None:
    """Print an environment in full, with each value's origin.

    After `extends` is merged and `for_each` is expanded. Each value has its file and line.
    """
    from vectorform import language
    from vectorform.cli import documents
    from vectorform.language.explain import explain

    root = language.project_root(Path.cwd())
    report = language.check(name, root)
    if report.environment is None or report.tree is None:
        raise language.ConfigurationError(report.problems)
    if format is Format.mermaid:
        typer.echo(_picture(report.environment, root, path, against), nl=False)
    elif against:
        raise UserError("--against compares pictures: add --format mermaid")
    elif format is Format.json:
        print_json(documents.explanation(report.environment, report.tree, path))
    else:
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        typer.echo(explain(report.environment, report.tree, path, columns), nl=False)


def _picture(environment: Environment, root: Path, path: str, against: str) -> str:
    from vectorform.picture.draw import drawing, drawing_of_change
    from vectorform.picture.mermaid import render

    bucket = _bucket(environment, path)
    if not against:
        return render(drawing(environment, bucket))
    from vectorform.language.revisions import load_at

    return render(drawing_of_change(load_at(environment.name, root, against), environment, bucket))


def _bucket(environment: Environment, path: str) -> str:
    """The key of the vector bucket that a path names; "" for the whole environment."""
    from vectorform.desired.lookup import named

    if path in ("", "vector_buckets"):
        return ""
    buckets = {
        bucket.key: bucket for region in environment.regions for bucket in region.written_vector_buckets
    }
    key = path.removeprefix("vector_buckets.")
    return named(key, buckets, "vector bucket", environment.name).key
