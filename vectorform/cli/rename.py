"""`vectorform rename`: another key for an index, which stays what it is in AWS."""

from __future__ import annotations

from typing import Annotated

import typer

from vectorform.cli.arguments import Env, OutputFormat, complete_indexes
from vectorform.cli.change import Change
from vectorform.cli.output import Format
from vectorform.cli.working import doing
from vectorform.errors import UserError


def command(
    environment: Env,
    index: Annotated[
        str,
        typer.Argument(
            metavar="BUCKET/INDEX",
            help="The index, by its keys in the YAML.",
            autocompletion=complete_indexes,
        ),
    ],
    key: Annotated[str, typer.Argument(metavar="KEY", help="The new key of the index, without the bucket.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change; write nothing.")] = False,
    format: OutputFormat = Format.text,
) -> None:
    """Change the key of an index; nothing changes in AWS.

    In ENV's own file, the new key replaces the old one, `name` keeps the name in AWS, and `moved`
    records the old key.
    """
    from vectorform.desired import lookup
    from vectorform.language.renaming import rename_index

    change = Change.of(environment)
    desired = change.environment
    known = {
        written.address: written
        for region in desired.regions
        for bucket in region.written_vector_buckets
        for written in bucket.written_indexes
    }
    found = lookup.named(index, known, "index", desired.name)
    bucket, _, old = index.partition("/")
    key = key.removeprefix(f"{bucket}/")
    if f"{bucket}/{key}" in known:
        raise UserError(f"{desired.name} has the index {bucket}/{key} already")
    try:
        with doing("editing the file"):
            change.new = rename_index(change.old, bucket, old, key, found.name)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise UserError(
            f"{index} is not written out in config/{change.path.name} ({found.source}): rename it there by "
            f"hand, with `name: {found.name}` and `moved: {{{index}: {bucket}/{key}}}`"
        ) from None
    change.finish(dry_run, format)
