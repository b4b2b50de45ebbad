"""What a plan is going to do: from Terraform's events while it is made, and from the whole plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from vectorform.desired import addresses, kinds
from vectorform.plans.changes import Plan, loses_vectors
from vectorform.processes.terraform import Event
from vectorform.rollout.progress import Planned


@dataclass
class Foretold:
    """What the events of `terraform plan -json` have said so far.

    `losing`: vectors may be lost. `noteworthy`: a person should see the plan's notes before it is applied.
    """

    losing: bool = False
    noteworthy: bool = False
    _actions: Counter[str] = field(default_factory=Counter)
    _search: bool = False
    _deletions: int = 0

    def count(self, event: Event) -> None:
        """An event of the type `planned_change`."""
        resource, action = event["change"]["resource"], event["change"]["action"]
        address, kind = resource["addr"], resource["resource_type"]
        if not addresses.is_bookkeeping(address):
            self._actions[action] += 1
        self._search |= address in addresses.SEARCH_STEPS and action in ("create", "update", "replace")
        self.losing |= loses_vectors(kind, action)
        existing = action not in ("create", "read", "no-op")
        self.noteworthy |= (existing or address in addresses.SEARCH_STEPS) and noteworthy(address, kind)
        self._deletions += action in ("delete", "replace")

    @property
    def planned(self) -> Planned:
        """The numbers so far; Terraform's own records are not among them."""
        return _planned(self._actions, self._search)

    def sum_up(self, event: Event) -> None:
        """The event of the type `change_summary`."""
        # A deletion of which no event told, or in words not known here, may be one of vectors.
        self.losing |= event["changes"].get("remove") != self._deletions


def noteworthy(address: str, type_: str) -> bool:
    """Whether a person should know what changes about it: who may apply it, how indexes search."""
    return address in addresses.SEARCH_STEPS or type_ == kinds.VECTOR_BUCKET_POLICY.type


def content(plan: Plan) -> dict[str, tuple[object, ...]]:
    """What a plan does, by address; Terraform's own records are no part of it."""
    return {
        change.address: (change.action, change.after, change.moved_from)
        for change in plan.effective
        if change.address in addresses.SEARCH_STEPS or not addresses.is_bookkeeping(change.address)
    }


def planned(plan: Plan) -> Planned:
    """The same numbers, of the whole plan."""
    words = {"created": "create", "replaced": "replace", "updated": "update", "destroyed": "delete"}
    acting = [change for change in plan.effective if change.action in words]
    return _planned(
        Counter(words[change.action] for change in acting if not addresses.is_bookkeeping(change.address)),
        any(change.address in addresses.SEARCH_STEPS and change.action != "destroyed" for change in acting),
    )


def _planned(actions: Counter[str], search: bool) -> Planned:
    """From numbers in the words of Terraform's machine-readable UI."""
    replaced = actions["replace"]
    return Planned(actions["create"] + replaced, actions["update"], actions["delete"] + replaced, search)
