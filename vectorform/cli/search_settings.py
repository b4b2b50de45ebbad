"""`vectorform search-settings`: index modes and text search, as configured."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vectorform.cli.arguments import DesiredState, Env, OnlyRegions, OutputFormat, ToolVersion
from vectorform.cli.deployed import refuse_edited, refuse_other_version, regions_of
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing

if TYPE_CHECKING:
    from vectorform.desired.model import Environment, Region
    from vectorform.search_settings.step import Settings


class Only(StrEnum):
    """A half of the settings: an apply sets the one before it creates indexes, the other after."""

    vector_buckets = "vector-buckets"
    indexes = "indexes"


def command(
    environment: Env,
    region: OnlyRegions = None,
    only: Annotated[
        Only | None,
        typer.Option(help="Only default_index_mode of vector buckets, or only the settings of indexes."),
    ] = None,
    desired_state: DesiredState = None,
    tool_version: ToolVersion = None,
    format: OutputFormat = Format.text,
) -> None:
    """Set the index modes and text search of the configuration.

    An apply runs it, unless you run the verification yourself (`verification: {after_apply: false}`, a
    remote run): then run it after the apply. What matches the configuration stays as it is, and so does
    what the file does not name.

    Exit 0: everything matches; 1: the configuration asks for something that AWS cannot do, and nothing was
    changed; 2: the check could not run, or AWS refused a call.
    """
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare

    if tool_version is not None:
        refuse_other_version(tool_version)
    desired = load_to_compare(environment, project_root(Path.cwd()))
    regions = regions_of(desired, region or [])
    if desired_state is not None:
        refuse_edited(desired, regions, desired_state)
    _set(desired, regions, only, format)


def _set(environment: Environment, regions: Sequence[Region], only: Only | None, format: Format) -> None:
    """All regions are checked before anything is changed in one."""
    from vectorform.search_settings.step import OPERATIONS, Step
    from vectorform.verifier.aws import Aws

    aws = Aws.of(environment, OPERATIONS)
    steps = [Step(environment, region, aws) for region in regions]
    with doing("reading the indexes in AWS"):
        found = [step.differing(only.value if only else None) for step in steps]
    as_text = format is Format.text
    for step, region, settings in zip(steps, regions, found, strict=True):
        step.set(settings, typer.echo if as_text else lambda _: None)
        if as_text and not settings:
            typer.echo(f"{environment.stack_id(region)}: index modes and text search match the configuration")
    if not as_text:
        print_json({"environment": environment.name, "regions": list(map(_region, regions, found))})


def _region(region: Region, found: Sequence[Settings]) -> dict[str, Any]:
    """What was set in a region, for `--format json`."""
    changes = [
        {"path": settings.path, "operation": change.operation, "what": change.what}
        for settings in found
        for change in settings.changes
    ]
    return {"region": region.name, "changes": changes}
