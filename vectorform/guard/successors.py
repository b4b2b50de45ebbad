"""Whether what a plan deletes is, at this moment, in the index that replaces it.

The YAML has a comparison already (`vectorform retire`); since then an application may have written to the old
index. Listing takes its time, so this one reaches up to a limit, and says how far.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from vectorform.desired.comparisons import written
from vectorform.desired.model import Environment, Region, Retirement
from vectorform.guard.losses import Judgement, Loss
from vectorform.migration.places import places
from vectorform.migration.successors import Look, look, told


def compared(
    judgement: Judgement, environment: Environment, region: Region, limit: int, stop: threading.Event
) -> Judgement:
    """The judgement with up to `limit` keys of each deleted index looked for in its successor; 0 is none.

    Raises `vectorform.migration.calls.Stopped` when `stop` is set.
    """

    def looked(loss: Loss) -> Loss:
        retirement = _retirement(loss, region)
        if not limit or loss.refused or retirement is None or retirement.replaced_by is None:
            return loss
        place = places(environment, region)[loss.key]
        if (loss.bucket_name, loss.name) != (place.bucket, place.index):
            unread = f"the plan is of {loss.bucket_name}/{loss.name}, which is not {place}"
            successor = str(retirement.replaced_by.index)
            return replace(loss, look=Look(region.name, loss.key, successor, unread=unread))
        found = look(environment, region, loss.key, retirement.replaced_by, stop, limit=limit)
        return replace(loss, look=found, refused=found.problem or None)

    return replace(judgement, losses=tuple(map(looked, judgement.losses)))


def comparisons(loss: Loss, region: Region) -> Iterator[str]:
    """What is known about the vectors of a deleted index in the one that replaces it."""
    retirement = _retirement(loss, region)
    if retirement is None or retirement.replaced_by is None:
        return
    if loss.look is not None and loss.look.problem:
        return  # the refusal says it
    before = retirement.compared.get(region.name)
    if before is not None:
        counts = _counts(before.vectors, before.found, before.filled)
        yield f"at {before.at}, vectorform retire compared it: {counts}"
    now = told(loss.look) if loss.look is not None else f"not compared with {retirement.replaced_by.index}"
    yield f"now: {now}"


def _retirement(loss: Loss, region: Region) -> Retirement | None:
    """That of an index whose deletion the YAML confirms, and which another one replaces."""
    if not loss.confirmed:
        return None
    try:
        retirement = written(region, loss.key)[1].retirement
    except KeyError:
        return None
    replacement = retirement.replaced_by if retirement else None
    return retirement if replacement is not None and replacement.index is not None else None


def _counts(vectors: int, found: int | None, filled: int | None) -> str:
    if filled is not None:
        return f"{vectors:,} vectors, the other {filled:,} with other keys"
    return f"{vectors:,} keys, {found or 0:,} of them found"
