"""Which regions a rollout covers: all waves, from a region's wave on, or some regions only."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from vectorform.desired import lookup
from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.rollout.progress import RegionProgress


def with_plans(
    regions: Sequence[RegionProgress], stacks: Container[str], named: bool
) -> list[RegionProgress]:
    """Those that have a plan; the others are `skipped`. Raises UserError if one without was asked for.

    `named`: the regions were named by --from or --only.
    """
    missing = [progress.region for progress in regions if progress.stack not in stacks]
    asked = [progress.region for progress in regions if progress.phase == "waiting"]
    if named and (without := [region for region in asked if region in missing]):
        raise UserError(f"no plan was saved for {', '.join(without)}")
    return [
        replace(progress, phase="skipped") if progress.region in missing else progress for progress in regions
    ]


def selected(environment: Environment, start: str | None, only: Sequence[str]) -> list[RegionProgress]:
    """Every region of the environment in the order of its waves; what is left out is `skipped`.

    `start` leaves out the waves before its own; `only` leaves out every other region. Raises UserError for
    a region that the environment does not have, and for both at once.
    """
    if start is not None and only:
        raise UserError("--from and --only exclude each other: --only lists every region to deploy")
    for name in [start, *only] if start is not None else only:
        lookup.region(environment, name)
    first = next((number for number, wave in enumerate(environment.waves, 1) if start in wave), 1)
    return [
        RegionProgress(
            name,
            environment.stack_id(environment.region(name)),
            number,
            "waiting" if number >= first and (not only or name in only) else "skipped",
        )
        for number, wave in enumerate(environment.waves, 1)
        for name in wave
    ]
