"""What an environment costs in a month: index by index, and added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from vectorform.cost.bill import Part, bill
from vectorform.cost.prices import Prices, RegionPrices
from vectorform.desired.model import Environment, Expected, Index, Region, VectorBucket

# An index as prices see it: its region and its "bucket/index".
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Amount:
    """So many USD a month; `more`: and an unknown part in addition."""

    usd: Fraction = Fraction(0)
    more: bool = False

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.usd + other.usd, self.more or other.more)


@dataclass(frozen=True, slots=True)
class Measured:
    """What AWS was asked about an index. `complete` False: it has more vectors than these."""

    vectors: int
    complete: bool
    key_bytes: int
    filterable_metadata_bytes: int | None = None
    non_filterable_metadata_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class IndexCost:
    """One index in one region. `expected` None: nothing is written of it, nor was it measured.

    `amount` is what it costs in a month, as far as that is known. `kept`: it leaves Terraform, stays in AWS
    and on its bill.
    """

    region: str
    bucket: str
    address: str
    dimension: int
    expected: Expected | None
    amount: Amount
    parts: tuple[Part, ...] = ()
    measured: Measured | None = None
    kept: bool = False

    @property
    def place(self) -> Place:
        """The region and "bucket/index"."""
        return self.region, self.address


@dataclass(frozen=True, slots=True)
class EnvironmentCost:
    """An environment's indexes, in the order of its regions and buckets.

    `priced_as` is by region: whose prices its own are, by what was asked for, where they are not known.
    """

    environment: str
    indexes: tuple[IndexCost, ...]
    priced_as: Mapping[str, str]

    @property
    def amount(self) -> Amount:
        """What all of it costs in a month."""
        return total(self.indexes)

    @property
    def unsaid(self) -> tuple[IndexCost, ...]:
        """The indexes that nothing is known of."""
        return tuple(index for index in self.indexes if index.expected is None)

    def items(self) -> dict[str, Amount]:
        """What it costs by part of the bill."""
        found: dict[str, Amount] = {}
        for index in self.indexes:
            for part in index.parts:
                found[part.item] = found.get(part.item, Amount()) + _amount(part)
        return found


def total(indexes: Iterable[IndexCost]) -> Amount:
    """What several indexes cost together."""
    return sum((index.amount for index in indexes), Amount())


def by_bucket(indexes: Iterable[IndexCost]) -> dict[tuple[str, str], list[IndexCost]]:
    """The indexes by region and vector bucket, in their order."""
    found: dict[tuple[str, str], list[IndexCost]] = {}
    for index in indexes:
        found.setdefault((index.region, index.bucket), []).append(index)
    return found


def costs(
    environment: Environment,
    prices: Prices,
    *,
    prices_of: str | None = None,
    measured: Mapping[Place, Measured] | None = None,
) -> EnvironmentCost:
    """What every index that is or stays in AWS costs in a month.

    `prices_of` is a region whose prices are taken where a region's own are not known.
    """
    priced_as = {
        region.name: prices_of
        for region in environment.regions
        if prices_of is not None and region.name not in prices.regions
    }
    indexes = [
        _index_cost(region, bucket, index, prices, priced_as, measured or {})
        for region in environment.regions
        for bucket in region.written_vector_buckets
        for index in bucket.written_indexes
        if not (index.retirement and index.retirement.confirm_destroy)
    ]
    return EnvironmentCost(environment.name, tuple(indexes), priced_as)


def _index_cost(
    region: Region,
    bucket: VectorBucket,
    index: Index,
    prices: Prices,
    priced_as: Mapping[str, str],
    measured: Mapping[Place, Measured],
) -> IndexCost:
    found = measured.get((region.name, index.address))
    expected = with_measured(index.expected, found)
    its: RegionPrices = prices.of(priced_as.get(region.name, region.name))
    parts = bill(index.dimension, expected, its, prices) if expected else ()
    not_all = expected is None or (found is not None and not found.complete)
    return IndexCost(
        region.name,
        bucket.key,
        index.address,
        index.dimension,
        expected,
        sum(map(_amount, parts), Amount(more=not_all)),
        parts,
        found,
        kept=any(leaving and leaving.keep for leaving in (index.retirement, bucket.retirement)),
    )


def with_measured(expected: Expected | None, found: Measured | None) -> Expected | None:
    """What is expected, with what was counted in place of what was written."""
    if found is None:
        return expected
    counted = replace(expected or Expected(), vectors=found.vectors)
    if found.vectors:
        counted = replace(counted, key_bytes=found.key_bytes)
    if found.filterable_metadata_bytes is not None and found.non_filterable_metadata_bytes is not None:
        counted = replace(
            counted,
            filterable_metadata_bytes=found.filterable_metadata_bytes,
            non_filterable_metadata_bytes=found.non_filterable_metadata_bytes,
        )
    return counted


def _amount(part: Part) -> Amount:
    return Amount(more=True) if part.usd is None else Amount(part.usd)
