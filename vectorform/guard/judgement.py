"""What a plan would delete, and whether the YAML has retired exactly that.

The rules are those that the other layers enforce (`vectorform.blocks.moves`,
`vectorform.desired.policies`), told before anything is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vectorform.desired import addresses, kinds
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Environment, Index, Region
from vectorform.guard import knowledge_bases, models
from vectorform.guard.lifting import told
from vectorform.guard.losses import Judgement, Loss
from vectorform.guard.protection import block_of, denied_buckets, refusal
from vectorform.plans.changes import Change, Plan
from vectorform.plans.differences import Difference, differences

# Names in AWS, as the provider calls them.
_INDEX_NAME, _BUCKET_NAME = (table["name"].argument for table in (INDEX, VECTOR_BUCKET))


def judge(plan: Plan, environment: Environment, region: Region) -> Judgement:
    """Judge the plan of the stack of one region."""
    losses = tuple(_losses(plan, region))
    limit = environment.max_deletions
    vectors = [loss for loss in losses if loss.kind.loses == "vectors"]
    too_many = None
    if len(vectors) > limit and not any(loss.written for loss in losses):
        too_many = f"it deletes {len(vectors)} vector buckets and indexes; max_deletions allows {limit}"
    left_out = () if plan.errored else tuple(_left_out(plan, environment, region))
    notes = (*told(plan), *knowledge_bases.told(plan), *models.told(plan))
    changed = tuple(models.model_changes(plan, region))
    return Judgement(plan.stack, losses, too_many, plan.errored, left_out, notes, changed)


def _left_out(plan: Plan, environment: Environment, region: Region) -> Iterator[str]:
    """What all else comes before: no plan of the whole stack is without it."""
    planned = {change.address for change in plan.changes}
    last = [addresses.vector_bucket_policy_address(bucket) for bucket in region.vector_buckets]
    if environment.verification.after_apply:
        last.append(addresses.VERIFICATION)
    return (address for address in last if address not in planned)


def _losses(plan: Plan, region: Region) -> Iterator[Loss]:
    indexes = {index.address: index for bucket in region.vector_buckets for index in bucket.written_indexes}
    written = {bucket.key for bucket in region.vector_buckets}
    written |= {key for key, index in indexes.items() if index.retirement is None}
    denied = set(denied_buckets(plan))
    created = {(change.type, change.key): change for change in plan.changes if change.action == "created"}
    for change in plan.losses:
        kind = kinds.of_type(change.type)
        if kind is None:
            continue  # a resource of the project's own, which holds nothing that we know of
        successor = created.get((change.type, change.key)) if change.action == "destroyed" else None
        if successor is not None:
            change = _as_replacement(change, successor)
        key = change.key or change.address
        because = _because(change)
        shown = change.before is not None and not (
            plan.errored and change.action == "replaced" and not because
        )
        loss = Loss(
            kind=kind,
            key=key,
            address=change.address,
            name=_name(change, indexes.get(key)),
            bucket_name=_bucket_name(change, region, key),
            replaced=change.action == "replaced",
            because=because,
            unmoved=successor is not None and not because,
            shown=shown,
            refused=refusal(change, indexes.get(key), key.partition("/")[0] in denied),
            confirmed=block_of(change.address) == addresses.CONFIRMED_DELETIONS,
            forced=bool((change.before or {}).get("force_destroy")),
            written=shown and change.action == "destroyed" and key in written,
        )
        if not loss.replaced and loss.refused:
            loss = replace(loss, renamed_to=_renamed_to(change, plan))
        yield loss


def _as_replacement(change: Change, successor: Change) -> Change:
    """A deletion and the creation of the same index in another block of the stack, as one change."""
    before, after = change.before or {}, successor.after or {}
    forced = [name for name in _fixed() if name in after and before.get(name) != after[name]]
    return replace(change, action="replaced", after=after, replaced_because=tuple(forced))


def _because(change: Change) -> tuple[Difference, ...]:
    """The attributes that force a replacement."""
    if change.action != "replaced":
        return ()
    forced = {path.partition("[")[0].partition(".")[0] for path in change.replaced_because}
    found = [
        difference
        for difference in differences(change)
        if difference.attribute.partition("[")[0].partition(".")[0] in forced
    ]
    return tuple(found) or tuple(Difference(path, None, None) for path in change.replaced_because)


def _renamed_to(change: Change, plan: Plan) -> str | None:
    """The one entry that the plan creates with what cannot be changed about this one."""
    before = change.before or {}
    same = [
        created.key
        for created in plan.changes
        if created.action == "created"
        and created.type == change.type
        and all(
            (created.after or {}).get(name) == before.get(name)
            for name in _fixed()
            if change.type == kinds.INDEX.type and name != _INDEX_NAME
        )
    ]
    return same[0] if len(same) == 1 else None


def _fixed() -> tuple[str, ...]:
    """What nothing changes about an index (service model), as far as a plan knows it before the apply."""
    return (*(row.argument for row in INDEX.fixed if not row.computed), _BUCKET_NAME)


def _name(change: Change, index: Index | None) -> str | None:
    before = change.before or {}
    name = before.get(_INDEX_NAME) or before.get(_BUCKET_NAME) or (index.name if index else None)
    return None if name is None else str(name)


def _bucket_name(change: Change, region: Region, key: str) -> str | None:
    name = (change.before or {}).get(_BUCKET_NAME)
    if name is not None:
        return str(name)
    key = key.partition("/")[0]
    return next((bucket.name for bucket in region.vector_buckets if bucket.key == key), None)
