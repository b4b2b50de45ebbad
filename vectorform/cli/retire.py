"""`vectorform retire`: a retired index is compared with what replaces it, and the YAML says so."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, OutputFormat, complete_indexes
from vectorform.cli.output import Format, print_json
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.cli.change import Outcome
    from vectorform.desired.model import Environment, Region, Replacement
    from vectorform.language.nodes import Plain
    from vectorform.migration.successors import Look

Entries = dict[str, dict[str, "Plain"]]  # a region's part of `compared`


def command(
    environment: Env,
    index: Annotated[
        str,
        typer.Argument(
            metavar="BUCKET/INDEX",
            help="The retired index, by its keys in the YAML.",
            autocompletion=complete_indexes,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compare and show the change; write nothing.")
    ] = False,
    format: OutputFormat = Format.text,
) -> None:
    """Check that the replacement has all keys of an index.

    Looks up every key in every region, which takes as long as listing them, and writes the result
    into the YAML as `compared`. confirm_destroy requires it.

    Exit 0: every key is there, in every region, and the YAML says so; 1: some are missing; 2: a
    region could not be compared.
    """
    from vectorform.language import project_root
    from vectorform.language.loader import environment_file
    from vectorform.language.unconfirmed import load_unconfirmed

    root = project_root(Path.cwd())
    file = environment_file(environment, root)
    desired = load_unconfirmed(environment, root)
    replacement = _replacement(desired, index, file.name)
    looks = _looked(desired, index, replacement)
    as_text = format is Format.text
    if as_text:
        for found in looks:
            typer.echo(_line(found))
    entries: Entries = {}
    outcome: Outcome | None = None
    if any(found.problem or found.unread for found in looks):
        exit_code = 1 if any(found.problem for found in looks) else 2
        message = (
            f"config/{file.name}: not written, because {index} must be deleted in all regions or in none"
        )
        typer.echo(message, err=True)
    else:
        entries = _entries(desired, looks)
        outcome = _written(desired, root, file, index, entries, dry_run, as_text)
        exit_code = 1 if outcome is None or outcome.refused else 0
    if not as_text:
        print_json(
            {
                "environment": desired.name,
                "index": index,
                "exit_code": exit_code,
                "regions": looks,
                "compared": entries,
                "change": outcome,
            }
        )
    elif outcome is not None:
        outcome.show()
    if exit_code:
        raise typer.Exit(exit_code)
    typer.echo(
        "apply the retirement, then write confirm_destroy: true and apply again; guard and rollout compare "
        "once more",
        err=True,
    )


def _replacement(desired: Environment, address: str, file: str) -> Replacement:
    """What takes the index's place. Raises UserError where there is nothing to compare."""
    from vectorform.desired import lookup

    written = {
        index.address: index
        for region in desired.regions
        for bucket in region.vector_buckets
        for index in bucket.written_indexes
    }
    retirement = lookup.named(address, written, "index", desired.name).retirement
    entry = f"  retired:\n    {address}:\n      reason: ...\n      replaced_by: bucket/index"
    if retirement is None:
        raise UserError(f"{address} is not retired; write in config/{file}, with its replacement:\n{entry}")
    if retirement.keep:
        raise UserError(f"{address} is kept (keep: true), so there is nothing to compare")
    if retirement.replaced_by is None:
        raise UserError(f"config/{file} does not name the replacement of {address}; write it:\n{entry}")
    if retirement.replaced_by.index is None:
        raise UserError(
            f"{address} has no replacement (replaced_by: nothing), so there is nothing to compare"
        )
    return retirement.replaced_by


def _looked(desired: Environment, address: str, replacement: Replacement) -> list[Look]:
    """Every region that has the index, side by side."""
    from vectorform.cli.migration_display import display
    from vectorform.migration.journal import Progress, Segment
    from vectorform.migration.places import places
    from vectorform.migration.successors import look
    from vectorform.threads import at_once

    regions = [region for region in desired.regions if address in places(desired, region)]
    stop = threading.Event()
    with display() as show:

        def compare(region: Region) -> Look:
            ends = places(desired, region)[address], places(desired, region)[str(replacement.index)]

            def on_seen(seen: int) -> None:
                show(*ends, Progress("check", [Segment(seen=seen)]))

            return look(desired, region, address, replacement, stop, on_seen=on_seen)

        tasks = [functools.partial(compare, region) for region in regions]
        return at_once(tasks, name="region", stop=stop.set)


def _line(found: Look) -> str:
    from vectorform.migration.successors import told

    return f"{found.source} [{found.region}]: {told(found)}"


def _entries(desired: Environment, looks: Sequence[Look]) -> Entries:
    """What the YAML is to say of each region."""
    from vectorform.migration.successors import comparison

    entries: Entries = {}
    for found in looks:
        made = comparison(desired, desired.region(found.region), found)
        values = {name: getattr(made, name) for name in made.__dataclass_fields__}
        entries[found.region] = {
            name: value for name, value in values.items() if value is not None and value is not False
        }
    return entries


def _written(
    desired: Environment, root: Path, file: Path, address: str, entries: Entries, dry_run: bool, as_text: bool
) -> Outcome | None:
    """The result for the file; None where it must be edited by hand: `as_text` prints the lines for it."""
    from vectorform.cli.change import Change
    from vectorform.language.writing import alone

    if file.suffix == ".py":
        typer.echo(f"config/{file.name} is Python; write this into its Retirement of {address}:", err=True)
        if as_text:
            typer.echo(_python(entries))
        return None
    with alone(file.parent):  # another retirement may have come to its end at this moment
        change = Change(desired.name, root, file, file.read_bytes().decode())
        try:
            change.set_entries(("retired", address, "compared"), entries)
        except UserError as error:
            typer.echo(f"{error}; the result, for the entry of {address}:", err=True)
            if as_text:
                typer.echo(_yaml(entries))
            return None
        return change.carried_out(dry_run)


def _yaml(entries: Entries) -> str:
    from vectorform.guard.beside import yaml

    return "\n".join(
        ["    compared:", *(f"      {region}: {yaml(entry)}" for region, entry in entries.items())]
    )


def _python(entries: Entries) -> str:
    lines = [
        f"    {region!r}: Comparison({', '.join(f'{name}={value!r}' for name, value in values.items())}),"
        for region, values in entries.items()
    ]
    return "\n".join(["compared={", *lines, "},"])
