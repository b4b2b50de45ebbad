"""A judgement in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Environment, Region
from vectorform.guard import models
from vectorform.guard.losses import Judgement, Loss
from vectorform.guard.remedy import destruction, remedy
from vectorform.guard.successors import comparisons
from vectorform.verifier.vectors import LIMIT
from vectorform.wording import printable

_NAMES = 5  # of indexes that are named
# What OpenTofu's and Terraform's own advice about a refusal does not say.
_PARTS = (
    "-exclude and -target, which the refusal suggests, would apply a part of the stack: without the bucket "
    "policies, by which AWS refuses deletions, and without the verification, yet with exit code 0"
)


def report(judgement: Judgement, environment: Environment, region: Region) -> str:
    """What would be lost, why, and the safe way; what came with the plan is never raw."""
    return "".join(f"{printable(line)}\n" for line in _lines(judgement, environment, region))


def _lines(judgement: Judgement, environment: Environment, region: Region) -> Iterator[str]:
    stack = judgement.stack
    if not judgement.losses and not judgement.models and judgement.known:
        yield f"{stack}: no vector is lost"
    for loss in judgement.losses:
        yield f"{stack}: {_headline(loss)}"
        for difference in loss.because:
            yield f"  {_reason(difference.attribute, difference.before, difference.after)}"
        if loss.refused:
            yield f"  refused: {loss.refused}"
            for line in [] if loss.written else remedy(loss, environment, region):
                yield f"  {line}"
        elif not loss.stops_halfway:
            yield f"  {'unknown' if loss.unread else 'allowed'}: {_allowed(loss, region)}"
            for line in comparisons(loss, region):
                yield f"  {line}"
        for line in _inside(loss):
            yield f"  {line}"
    for change in judgement.models:
        first, *rest = models.lines(change, environment, region)
        yield f"{stack}: {first}"
        yield from rest
    for lifting in judgement.liftings:
        yield f"{stack}: {lifting}"
    if judgement.too_many:
        yield f"{stack}: refused: {judgement.too_many}"
        yield "  delete them one at a time, or raise max_deletions for this apply"
    if judgement.unread and not judgement.known:
        yield f"{stack}: part of it could not be read, so this may lose vectors"
    if judgement.errored and not judgement.known:
        more = "more vectors" if judgement.losses else "vectors"
        yield f"{stack}: Terraform stopped planning with an error: whether {more} would be lost is unknown"
    elif judgement.errored and judgement.losses:
        yield f"{stack}: {_PARTS}"
    if judgement.left_out:
        left_out = ", ".join(judgement.left_out)
        yield f"{stack}: this plan does not cover the whole stack; it leaves out {left_out}"
    if judgement.destroys and any(loss.refused for loss in judgement.losses):
        yield f"{stack}: a destroy is refused and deletes nothing as long as any of this is protected"
        for line in destruction(environment, region):
            yield f"  {line}"


def _inside(loss: Loss) -> Iterator[str]:
    """The indexes of a vector bucket that Terraform does not know, and what comes of them."""
    if loss.looked_inside and loss.others is None:
        yield "it is unknown whether applications created indexes in it: it could not be read"
    if not loss.others:
        return
    many = len(loss.others)
    names = ", ".join(loss.others[:_NAMES]) + (", ..." if many > _NAMES else "")
    indexes = "1 index" if many == 1 else f"{many:,} indexes"
    if loss.forced:
        yield f"{indexes} in it that Terraform does not know, with all vectors, would be deleted too: {names}"
        return
    yield f"refused: AWS does not delete a bucket with {indexes} that Terraform does not know: {names}"
    yield "and it would fail only after the bucket's policy and its other indexes were deleted; so first"
    yield "delete them the way they were created, or include them by applying this alone:"
    yield from ("  vector_buckets:", f"    {loss.key}:", "      deletion_protection: false")
    yield "      force_destroy: true"


def _headline(loss: Loss) -> str:
    what = f"{loss.kind.noun} {loss.key}"
    done = "would be replaced by an empty one" if loss.replaced else "would be deleted"
    if loss.kind.loses == "key":
        return f"{what} {done}; without it, nobody can read the bucket's vectors again"
    if loss.vectors is None:
        return f"{what} {done}"
    if loss.vectors > LIMIT:
        return f"{what}, with more than {LIMIT:,} vectors, {done}"
    return f"{what}, with {loss.vectors:,} vector{'' if loss.vectors == 1 else 's'}, {done}"


def _reason(attribute: str, before: Any, after: Any) -> str:
    words = _cannot_change(attribute.partition("[")[0].partition(".")[0])
    name = attribute.rpartition(".")[2]
    if before is None and after is None:
        return f"{name}: {words}"
    return f"{name} {_value(before)} -> {_value(after)}: {words}"


def _cannot_change(argument: str) -> str:
    """Why it forces a replacement (service model: no operation changes any of these)."""
    reasons = {row.argument: row.why for table in (INDEX, VECTOR_BUCKET) for row in table.fixed}
    return reasons.get(argument, "it cannot be changed")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "none" if value is None else str(value)


def _allowed(loss: Loss, region: Region) -> str:
    for bucket in region.vector_buckets:
        for index in bucket.leaving:
            if index.address == loss.key and index.retirement:
                return f"retired and confirmed: {index.retirement.reason}"
    return "deletion_protection: false was applied before"
