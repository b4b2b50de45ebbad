"""What an apply runs must be of the plan that was made: the same file, and the same vectorform."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vectorform import __version__
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.desired.model import Environment, Region


def regions_of(environment: Environment, names: Sequence[str]) -> tuple[Region, ...]:
    """The regions with these names, or all. Raises UserError for an unknown one."""
    from vectorform.desired import lookup

    for name in names:
        lookup.region(environment, name)
    return tuple(region for region in environment.regions if not names or region.name in names)


def refuse_other_version(synthesized_by: str) -> None:
    """Two versions may mean different things by one file: what one deployed, the other must not judge."""
    if synthesized_by != __version__:
        raise UserError(
            f"the stack was synthesized by vectorform {synthesized_by}, but the vectorform on PATH is "
            f"{__version__} ({sys.executable}): deploy from one Python environment, with its "
            "commands first on PATH"
        )


def refuse_edited(environment: Environment, regions: Sequence[Region], planned: str) -> None:
    """A deploy must not be called verified by a file that is not the one that it deployed."""
    from vectorform.desired.commands import deploy
    from vectorform.desired.fingerprint import fingerprint

    if len(regions) != 1:
        raise UserError("--desired-state is for one region: name it with --region")
    current = fingerprint(environment, regions[0])
    if current != planned:
        raise UserError(
            f"{environment.source}: the desired state of {regions[0].name} was edited "
            f"after the plan was made:\nplanned {planned}, now {current}.\n"
            f"Deploy it again: {deploy(environment, regions[0])}"
        )
