"""A plan as a reviewer is to see it: without Terraform's own records, and with what is dangerous in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorform.desired import kinds
from vectorform.desired.addresses import is_bookkeeping
from vectorform.plans import access
from vectorform.plans.changes import Change, Plan
from vectorform.plans.described import WORDS, loses_protection, name, what
from vectorform.plans.markdown import code
from vectorform.plans.openings import allows_more, openings
from vectorform.plans.policy_changes import PolicyChange, policy_changes
from vectorform.plans.search_settings import KIND, expanded

_DELETED_WITH_POLICY = (kinds.VECTOR_BUCKET.type, kinds.KMS_KEY.type)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A plan, the `changes` of it that are shown, and the `policies` among them.

    `opened` has a line for everything that others are let in by. `widened` counts the policies that allow
    more to those whom they already allow something. `unprotected` are the resources that
    may be deleted from now on.
    """

    plan: Plan
    changes: tuple[Change, ...]
    policies: tuple[PolicyChange, ...]
    opened: tuple[str, ...]
    widened: int
    unprotected: tuple[Change, ...]

    @classmethod
    def of(cls, plan: Plan) -> Reviewed:
        """What is to be seen of a plan."""
        changes = shown(plan)
        policies = tuple(policy for change in changes for policy in policy_changes(change))
        opened = tuple(
            f"{access.subject(policy, what(policy.change))}: {opening}"
            for policy in _in_use(plan, policies)
            for opening in openings(policy, plan.account)
        )
        unprotected = tuple(filter(loses_protection, plan.changes))
        widened = sum(allows_more(policy) and not openings(policy, plan.account) for policy in policies)
        return cls(plan, changes, policies, opened, widened, unprotected)

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


def _in_use(plan: Plan, policies: Sequence[PolicyChange]) -> Iterator[PolicyChange]:
    """Without those that are deleted together with what they are of: a vector bucket, a key."""
    deleted = [change for change in plan.changes if change.action == "destroyed"]
    gone = {(change.type, change.key) for change in deleted}
    for policy in policies:
        change = policy.change
        of = {kinds.VECTOR_BUCKET_POLICY.type: kinds.VECTOR_BUCKET.type}.get(change.type, change.type)
        if change.action != "destroyed" or of not in _DELETED_WITH_POLICY or (of, change.key) not in gone:
            yield policy
