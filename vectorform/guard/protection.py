"""Why a plan may not delete something: what protects it, in Terraform and in AWS, before the apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.desired import addresses
from vectorform.desired.model import Index
from vectorform.desired.policies import DELETION_PROTECTION_SID
from vectorform.plans.changes import Change, Plan
from vectorform.plans.policy_documents import statements


def refusal(change: Change, index: Index | None, denied: bool) -> str | None:
    """Why it may not be deleted; None if it may. `denied`: by the policy that its bucket has."""
    block = block_of(change.address)
    before = block_of(change.moved_from or change.address)
    retirement = index.retirement if index else None
    if block == addresses.CONFIRMED_DELETIONS and before == addresses.RETIRED_INDEXES:
        return None if retirement and retirement.confirm_destroy else "its deletion is not confirmed"
    if addresses.is_protected(block):
        if block in addresses.EMPTY_INDEX_BLOCKS:
            return "it is there because of an earlier layout, and nothing in the stack moves it"
        if retirement and retirement.confirm_destroy:
            return "it is still protected: apply its retirement first, without confirm_destroy"
        if block == addresses.RETIRED_INDEXES:
            return "it is retired, but its deletion is not confirmed"
        return "it is protected"
    if addresses.is_protected(before) or denied:
        return (
            "one apply would lift its protection and delete it: apply deletion_protection: false alone first"
        )
    return None if addresses.is_unprotected(block) else "the YAML has no entry for it"


def denied_buckets(plan: Plan) -> Iterator[str]:
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


def block_of(address: str) -> str:
    """The address of the block, without the key."""
    return address.partition("[")[0]


def _list(members: Any) -> list[Any]:  # in a policy, one member may stand without a list around it
    return members if isinstance(members, list) else [members]
