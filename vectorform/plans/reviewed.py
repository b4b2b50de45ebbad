"""A plan as a reviewer is to see it: without Terraform's own records, and with what is dangerous in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vectorform.desired import kinds
from vectorform.desired.addresses import is_bookkeeping, is_protected, is_unprotected
from vectorform.plans import access
from vectorform.plans.changes import Change, Plan
from vectorform.plans.described import WORDS, name, what
from vectorform.plans.markdown import code
from vectorform.plans.openings import openings
from vectorform.plans.policy_changes import PolicyChange, policy_changes
from vectorform.plans.search_settings import KIND, expanded


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A plan, the `changes` of it that are shown, and the `policies` among them.

    `opened` has a line for everything that others are let in by. `unprotected` are the resources that
    Terraform may delete from now on.
    """

    plan: Plan
    changes: tuple[Change, ...]
    policies: tuple[PolicyChange, ...]
    opened: tuple[str, ...]
    unprotected: tuple[Change, ...]

    @classmethod
    def of(cls, plan: Plan) -> Reviewed:
        """What is to be seen of a plan."""
        changes = shown(plan)
        policies = tuple(policy for change in changes for policy in policy_changes(change))
        opened = tuple(
            f"{access.subject(policy, what(policy.change))}: {opening}"
            for policy in policies
            for opening in openings(policy, plan.account)
        )
        return cls(plan, changes, policies, opened, tuple(filter(_loses_protection, plan.changes)))

    @property
    def danger(self) -> int:
        """How early to read it, from 0: it loses vectors, opens access, lifts a protection, or failed."""
        order = (self.plan.losses, self.opened, self.unprotected, self.plan.errored)
        return next((place for place, found in enumerate(order) if found), len(order))

    @property
    def still(self) -> bool:
        """Whether a reviewer has nothing to see in it."""
        return not self.changes and not self.plan.errored

    @property
    def stack(self) -> str:
        """Its stack and region as Markdown."""
        stack = code(self.plan.stack)
        return f"{stack} ({self.plan.region})" if self.plan.region else stack


def shown(plan: Plan) -> tuple[Change, ...]:
    """What a reviewer is to see, which Terraform's own records are not."""
    order = list(WORDS)
    changes = [
        change for change in expanded(plan) if change.type == KIND or not is_bookkeeping(change.address)
    ]
    return tuple(sorted(changes, key=lambda change: (order.index(change.action), change.type, name(change))))


def opened(plan: Plan) -> tuple[str, ...]:
    """A line for everything that others are let in by."""
    return Reviewed.of(plan).opened


def counts(changes: Sequence[Change]) -> str:
    """How many there are of each kind of change."""
    counted = Counter(change.action for change in changes)
    parts = [f"{counted[action]} {word}" for action, word in WORDS.items() if counted[action]]
    return ", ".join(parts) or "no changes"


def _loses_protection(change: Change) -> bool:
    """Whether what it is of, with vectors or a key, leaves a block with `prevent_destroy` for one without."""
    kind = kinds.of_type(change.type)
    if kind is None or kind.loses is None:
        return False
    before, after = (address.partition("[")[0] for address in (change.moved_from or "", change.address))
    return is_protected(before) and is_unprotected(after)
