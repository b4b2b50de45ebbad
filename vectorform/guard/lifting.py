"""Which changes of a plan only the roles of `protection_lifted_by` may apply, and why.

What counts is the policy that a vector bucket has before the apply: AWS decides by that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vectorform.desired import addresses
from vectorform.desired.policies import DELETION_PROTECTION_SID, PROTECTION_LIFTED_SID
from vectorform.plans.changes import Change, Plan
from vectorform.plans.policy_documents import statements

_REASONS = {
    DELETION_PROTECTION_SID: "a retirement or deletion_protection",
    PROTECTION_LIFTED_SID: "protection_lifted_by",
}


@dataclass(frozen=True, slots=True)
class Lifting:
    """A bucket policy that the plan changes or deletes: the bucket's key, who may, and what changes in it."""

    bucket: str
    roles: tuple[str, ...]
    because: str


def liftings(plan: Plan) -> tuple[Lifting, ...]:
    """What in the plan AWS refuses to everybody else."""
    found = []
    for change in plan.effective:
        if not change.address.startswith(f"{addresses.VECTOR_BUCKET_POLICIES}["):
            continue
        roles = (
            _roles(change.before, change.address)
            if change.action in ("updated", "replaced", "destroyed")
            else ()
        )
        if roles:
            found.append(Lifting(change.key or change.address, roles, _because(change)))
    return tuple(found)


def told(plan: Plan) -> tuple[str, ...]:
    """The same in words, a line for each bucket."""
    return tuple(
        f"vector bucket {lifting.bucket}: only {' or '.join(lifting.roles)} may apply this; its policy "
        f"{lifting.because}"
        for lifting in liftings(plan)
    )


def _roles(attributes: Mapping[str, Any] | None, address: str) -> tuple[str, ...]:
    statement = _statements(attributes, address).get(PROTECTION_LIFTED_SID, {})
    conditions = statement.get("Condition", {})
    return tuple(role for keys in conditions.values() for roles in keys.values() for role in _list(roles))


def _because(change: Change) -> str:
    if change.action == "destroyed":
        return "is deleted"
    if change.action == "replaced":
        return "is replaced together with its bucket"
    before, after = (_statements(side, change.address) for side in (change.before, change.after))
    differing = [sid for sid in {**before, **after} if before.get(sid) != after.get(sid)]
    reasons = dict.fromkeys(_REASONS.get(sid, "policy statements") for sid in differing)
    return f"changes: {', '.join(reasons) or 'the order of its statements'}"


def _statements(attributes: Mapping[str, Any] | None, address: str) -> dict[str, Mapping[str, Any]]:
    """The statements of a policy by their Sid, or else by their position."""
    found = statements(attributes, address)
    return {str(statement.get("Sid", position)): statement for position, statement in enumerate(found)}


def _list(value: Any) -> list[Any]:
    """In a policy, one member may stand without a list around it."""
    return value if isinstance(value, list) else [value]
