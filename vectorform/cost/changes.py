"""What a change costs: an environment before it and after it, index by index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vectorform.cost.costs import Amount, EnvironmentCost, IndexCost, Place


@dataclass(frozen=True, slots=True)
class IndexChange:
    """One index that is new, gone, or costs something else: `before` or `after` may be None."""

    before: IndexCost | None
    after: IndexCost | None

    @property
    def index(self) -> IndexCost:
        """The index as it is after, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def amounts(self) -> tuple[Amount, Amount]:
        """What it cost, and costs now."""
        return (
            self.before.amount if self.before else Amount(),
            self.after.amount if self.after else Amount(),
        )

    @property
    def kind(self) -> Literal["new", "gone", "changed"]:
        """What happens to it."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class CostChange:
    """An environment at a commit and now. `before` None: it was not there."""

    reference: str
    before: EnvironmentCost | None
    after: EnvironmentCost
    indexes: tuple[IndexChange, ...]

    @property
    def places(self) -> frozenset[Place]:
        """Where something differs."""
        return frozenset(pair.index.place for pair in self.indexes)

    @property
    def amounts(self) -> tuple[Amount, Amount]:
        """What all of it cost, and costs now."""
        return (self.before.amount if self.before else Amount()), self.after.amount

    @property
    def differing(self) -> tuple[Amount, Amount]:
        """The same of the indexes that differ: what is not known of others makes no difference."""
        pairs = [pair.amounts for pair in self.indexes]
        return sum((was for was, _ in pairs), Amount()), sum((now for _, now in pairs), Amount())


def cost_change(reference: str, before: EnvironmentCost | None, after: EnvironmentCost) -> CostChange:
    """What differs between the two; an index is the same one where its region, bucket and key are."""
    was = _by_place(before.indexes if before else ())
    now = _by_place(after.indexes)
    pairs = [IndexChange(was.get(place), now.get(place)) for place in {**was, **now}]
    differing = (pair for pair in pairs if _bill(pair.before) != _bill(pair.after))
    return CostChange(reference, before, after, tuple(differing))


def _by_place(indexes: Iterable[IndexCost]) -> dict[Place, IndexCost]:
    return {index.place: index for index in indexes}


def _bill(index: IndexCost | None) -> object:
    return None if index is None else (index.expected, index.dimension, index.parts)
