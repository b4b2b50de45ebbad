"""Which regions a rollout covers: all waves, from a region's wave on, or some regions only."""

from __future__ import annotations

from collections.abc import Sequence

from vectorform.desired import lookup
from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.rollout.progress import RegionProgress


def selected(environment: Environment, start: str | None, only: Sequence[str]) -> list[RegionProgress]:
    """Every region of the environment in the order of its waves; what is left out is `skipped`.

    `start` leaves out the waves before its own; `only` leaves out every other region. Raises UserError for
    a region that the environment does not have, and for both at once.
    """
    if start is not None and only:
        raise UserError("--from and --only exclude each other: --only names every region that is deployed")
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
