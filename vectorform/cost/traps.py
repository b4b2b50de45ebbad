"""What makes a bill larger than one would think, said of the indexes that it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from vectorform.cost.bill import (
    bill,
    processed_bytes,
    put_bytes,
    result_bytes,
    vector_bytes,
)
from vectorform.cost.costs import EnvironmentCost, IndexCost
from vectorform.cost.prices import GB, Prices
from vectorform.cost.wording import number, size, usd
from vectorform.desired.expected import Expected

Kind = Literal["small puts", "size of the index", "data returned", "pages of results", "listing", "deleted"]

VECTORS_PER_PUT = 500  # S3 User Guide, "Limitations and restrictions"
RESULTS_PER_PAGE = 100  # service model, QueryVectors
# A page of ListVectors ends at 1,000 vectors, and at 1 MB that it looked through (service model).
LISTED_PER_PAGE, BYTES_PER_PAGE = 1000, 2**20
# A full listing that costs less than this is no trap, in USD.
LISTING_WORTH_SAYING = Fraction(1)

# Beside every estimate, whatever the indexes.
BESIDE = (
    "embedding of what is stored and of every query, and Amazon Bedrock Knowledge Bases: Amazon Bedrock's bill, "
    "https://aws.amazon.com/bedrock/pricing/",
    "KMS requests of customer managed keys, data transfer, CloudTrail data events, taxes",
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap, the index that is in it, and what to know of it, in a sentence."""

    kind: Kind
    index: IndexCost
    text: str


def traps(cost: EnvironmentCost, prices: Prices) -> list[Trap]:
    """The traps of every index, costliest index first, by kind."""
    found = [
        Trap(kind, index, text)
        for index in sorted(cost.indexes, key=lambda index: -index.amount.usd)
        if index.expected is not None
        for kind, text in _of(index, index.expected, cost, prices)
    ]
    kinds: Sequence[str] = Kind.__args__  # type: ignore[attr-defined]
    return sorted(found, key=lambda trap: kinds.index(trap.kind))


def _of(
    index: IndexCost, expected: Expected, cost: EnvironmentCost, prices: Prices
) -> Iterator[tuple[Kind, str]]:
    yield from _small_puts(index, expected, cost, prices)
    by_item = {part.item: part for part in index.parts}
    processed, queries = by_item["data processed"], by_item["queries"]
    if processed.usd and processed.usd > (queries.usd or 0):
        each = expected.vectors * processed_bytes(index.dimension, expected)
        yield (
            "size of the index",
            f"every query is billed for the whole index, {size(each)}, also with a filter that leaves one vector: "
            f"{usd(processed.usd)} a month; the same vectors in several indexes, of which a query asks one, cost less",
        )
    returned = by_item["data returned"]
    if returned.quantity:
        small = result_bytes(expected) < prices.result_minimum_bytes
        why = f"each of {number(expected.top_k)} results counts {prices.result_minimum_bytes} bytes or more"
        more = why if small else f"{number(expected.top_k)} results of {size(result_bytes(expected))}"
        free = size(prices.free_bytes_per_query)
        yield "data returned", f"{more}, beyond the {free} that are free in a query: {usd(returned.usd)} a month"
    if expected.top_k > RESULTS_PER_PAGE and expected.queries_per_month:
        pages = -(-expected.top_k // RESULTS_PER_PAGE)
        yield (
            "pages of results",
            f"{number(expected.top_k)} results come in {pages} pages; whether AWS bills each page as a query is not "
            "published, and one query is counted here",
        )
    yield from _listing(index, expected, cost, prices)
    if expected.deleted_vectors_per_month:
        without = replace(expected, deleted_vectors_per_month=0)
        later = index.amount.usd - _total(index, without, cost, prices)
        yield (
            "deleted",
            f"{number(expected.deleted_vectors_per_month)} vectors deleted or overwritten a month stay on the bill "
            f"for up to a day: up to {usd(later)}, counted here",
        )


def _small_puts(
    index: IndexCost, expected: Expected, cost: EnvironmentCost, prices: Prices
) -> Iterator[tuple[Kind, str]]:
    carried = put_bytes(index.dimension, expected)
    if not expected.puts_per_month or carried >= prices.put_minimum_bytes:
        return
    fills = -(-prices.put_minimum_bytes // vector_bytes(index.dimension, expected))
    enough = min(VECTORS_PER_PUT, fills)
    vectors = expected.puts_per_month * expected.vectors_per_put
    fuller = replace(expected, vectors_per_put=enough, puts_per_month=-(-vectors // enough))
    saved = index.amount.usd - _total(index, fuller, cost, prices)
    yield (
        "small puts",
        f"each PutVectors is billed as {size(prices.put_minimum_bytes)} and carries {size(carried)}; with {enough} "
        f"vectors in each instead of {expected.vectors_per_put}, the uploads would cost {usd(saved)} a month less",
    )


def _listing(
    index: IndexCost, expected: Expected, cost: EnvironmentCost, prices: Prices
) -> Iterator[tuple[Kind, str]]:
    region = prices.of(cost.priced_as.get(index.region, index.region))
    price = region.other_requests_per_thousand
    stored = expected.vectors * vector_bytes(index.dimension, expected)
    requests = max(-(-expected.vectors // LISTED_PER_PAGE), -(-stored // BYTES_PER_PAGE))
    if price is None or requests * price.usd / 1000 < LISTING_WORTH_SAYING:
        return
    yield (
        "listing",
        f"to list all of it, {Fraction(stored, GB).__float__():,.0f} GB, takes about {number(requests)} requests: "
        f"{usd(requests * price.usd / 1000)} each time",
    )


def _total(index: IndexCost, expected: Expected, cost: EnvironmentCost, prices: Prices) -> Fraction:
    region = prices.of(cost.priced_as.get(index.region, index.region))
    return sum((part.usd or Fraction(0) for part in bill(index.dimension, expected, region, prices)), Fraction(0))
