"""What a plan would delete, and whether the YAML has retired exactly that.

The rules are those that the other layers enforce (`vectorform.blocks.moves`,
`vectorform.desired.policies`), told before anything is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vectorform.desired import addresses
from vectorform.desired.model import Environment, Index, Region
from vectorform.desired.policies import DELETION_PROTECTION_SID
from vectorform.guard.lifting import told
from vectorform.migration.successors import Look
from vectorform.plans.changes import Change, Plan
from vectorform.plans.differences import Difference, differences
from vectorform.plans.policy_documents import statements

_KINDS = {
    "aws_s3vectors_index": "index",
    "aws_s3vectors_vector_bucket": "vector bucket",
    "aws_kms_key": "KMS key",
}


# What no operation changes about an index (service model), as far as a plan knows it before the apply.
_FIXED = ("dimension", "distance_metric", "metadata_configuration", "index_name", "vector_bucket_name")


@dataclass(frozen=True, slots=True)
class Loss:
    """One index, vector bucket or KMS key that a plan deletes.

    `key` is its path in the YAML, `name` its name in AWS as far as the plan tells, `bucket_name` that of an
    index's bucket. `replaced`: an empty one would take its place, `because` of these attributes. `shown`: the
    plan tells what changes about it; the prose of a refusal may not. `unmoved`: nothing does but its block,
    and the stack has no move for it. `refused` says why it may not be, None
    if it was retired as it should be. `renamed_to` is the key of an entry that the plan creates and that may
    be the same one. `written`: the YAML has it as before, so that only a destruction of the whole stack
    deletes it. `confirmed`: the YAML confirms it. `vectors` is how many it holds: None is not known, and one
    above the limit of the count means more. `look` is what was found of it in the index that takes its place,
    None where nobody looked. For a vector bucket, `others` are the indexes in it that the plan does not know,
    None if they could not be listed; `looked_inside`: it was tried, `forced`: they would be deleted as well.
    """

    kind: str
    key: str
    address: str
    name: str | None
    bucket_name: str | None
    replaced: bool
    because: tuple[Difference, ...]
    shown: bool
    refused: str | None
    unmoved: bool = False
    renamed_to: str | None = None
    written: bool = False
    confirmed: bool = False
    vectors: int | None = None
    look: Look | None = None
    others: tuple[str, ...] | None = None
    looked_inside: bool = False
    forced: bool = False

    @property
    def unread(self) -> bool:
        """Whether it could not be compared with what takes its place, or a bucket's indexes not be listed."""
        return self.look.unread != "" if self.look is not None else self.looked_inside and self.others is None

    @property
    def stops_halfway(self) -> bool:
        """Whether AWS will refuse to delete it once all else is deleted: a bucket that is not empty."""
        return bool(self.others) and not self.forced


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the plan of one stack would lose. `too_many` says that max_deletions is exceeded.

    `errored`: Terraform stopped planning, so that there may be more. `left_out` are addresses that a plan of
    the whole stack has, and this one, made with -target or -exclude, has not. `liftings` says which changes
    only a role of `protection_lifted_by` may apply.
    """

    stack: str
    losses: tuple[Loss, ...]
    too_many: str | None = None
    errored: bool = False
    left_out: tuple[str, ...] = ()
    liftings: tuple[str, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether it is the plan of a destruction of the whole stack."""
        return any(loss.written for loss in self.losses)

    @property
    def refused(self) -> bool:
        """Whether the plan must not be applied."""
        return bool(self.too_many) or any(loss.refused or loss.stops_halfway for loss in self.losses)

    @property
    def known(self) -> bool:
        """Whether this is all that the plan would lose, or enough to refuse it."""
        return self.refused or not (self.errored or self.unread)

    @property
    def unread(self) -> bool:
        """Whether something could not be looked at in AWS."""
        return any(loss.unread for loss in self.losses)


def judge(plan: Plan, environment: Environment, region: Region) -> Judgement:
    """Judge the plan of the stack of one region."""
    losses = tuple(_losses(plan, region))
    limit = environment.max_deletions
    vectors = [loss for loss in losses if loss.kind != "KMS key"]
    too_many = None
    if len(vectors) > limit and not any(loss.written for loss in losses):
        too_many = f"it deletes {len(vectors)} vector buckets and indexes; max_deletions allows {limit}"
    left_out = () if plan.errored else tuple(_left_out(plan, environment, region))
    return Judgement(plan.stack, losses, too_many, plan.errored, left_out, told(plan))


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
    denied = set(_denied(plan))
    created = {(change.type, change.key): change for change in plan.changes if change.action == "created"}
    for change in plan.losses:
        successor = created.get((change.type, change.key)) if change.action == "destroyed" else None
        if successor is not None:
            change = _as_replacement(change, successor)
        key = change.key or change.address
        because = _because(change)
        shown = change.before is not None and not (
            plan.errored and change.action == "replaced" and not because
        )
        loss = Loss(
            kind=_KINDS[change.type],
            key=key,
            address=change.address,
            name=_name(change, indexes.get(key)),
            bucket_name=_bucket_name(change, region, key),
            replaced=change.action == "replaced",
            because=because,
            unmoved=successor is not None and not because,
            shown=shown,
            refused=_refusal(change, indexes.get(key), key.partition("/")[0] in denied),
            confirmed=_block(change.address) == addresses.CONFIRMED_DELETIONS,
            forced=bool((change.before or {}).get("force_destroy")),
            written=shown and change.action == "destroyed" and key in written,
        )
        if not loss.replaced and loss.refused:
            loss = replace(loss, renamed_to=_renamed_to(change, plan))
        yield loss


def _as_replacement(change: Change, successor: Change) -> Change:
    """A deletion and the creation of the same index in another block of the stack, as one change."""
    before, after = change.before or {}, successor.after or {}
    forced = [name for name in _FIXED if name in after and before.get(name) != after[name]]
    return replace(change, action="replaced", after=after, replaced_because=tuple(forced))


def _refusal(change: Change, index: Index | None, denied: bool) -> str | None:
    """Why it may not be deleted; None if it may. `denied`: by the policy that its bucket has."""
    block = _block(change.address)
    before = _block(change.moved_from or change.address)
    retirement = index.retirement if index else None
    if block == addresses.CONFIRMED_DELETIONS and before == addresses.RETIRED_INDEXES:
        return None if retirement and retirement.confirm_destroy else "its deletion is not confirmed"
    if addresses.is_protected(block):
        if block in addresses.EMPTY_INDEX_BLOCKS:
            return "an earlier layout has it there, and nothing in the stack moves it on"
        if retirement and retirement.confirm_destroy:
            return "it is still protected: apply its retirement first, without confirm_destroy"
        if block == addresses.RETIRED_INDEXES:
            return "it is retired, and its deletion is not confirmed"
        return "it is protected"
    if addresses.is_protected(before) or denied:
        return (
            "one apply would lift its protection and delete it: apply deletion_protection: false alone first"
        )
    return None if addresses.is_unprotected(block) else "the YAML has no entry for it, and so no word on it"


def _denied(plan: Plan) -> Iterator[str]:
    """The keys of the vector buckets whose policy denies deletions before the plan is applied.

    Terraform's state may call a bucket unprotected while AWS does not: after an apply that AWS refused.
    """
    for change in plan.changes:
        if change.address.startswith(f"{addresses.VECTOR_BUCKET_POLICIES}["):
            before = change.before or {}
            own = before.get("vector_bucket_arn")
            denial = [
                statement
                for statement in statements(before, change.address)
                if statement.get("Sid") == DELETION_PROTECTION_SID
            ]
            if any(own not in _list(statement.get("NotResource", [])) for statement in denial):
                yield str(change.key)


def _list(members: Any) -> list[Any]:  # in a policy, one member may stand without a list around it
    return members if isinstance(members, list) else [members]


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
            for name in ("dimension", "distance_metric", "metadata_configuration", "vector_bucket_name")
            if change.type == "aws_s3vectors_index"
        )
    ]
    return same[0] if len(same) == 1 else None


def _name(change: Change, index: Index | None) -> str | None:
    before = change.before or {}
    name = before.get("index_name") or before.get("vector_bucket_name") or (index.name if index else None)
    return None if name is None else str(name)


def _bucket_name(change: Change, region: Region, key: str) -> str | None:
    name = (change.before or {}).get("vector_bucket_name")
    if name is not None:
        return str(name)
    key = key.partition("/")[0]
    return next((bucket.name for bucket in region.vector_buckets if bucket.key == key), None)


def _block(address: str) -> str:
    return address.partition("[")[0]
