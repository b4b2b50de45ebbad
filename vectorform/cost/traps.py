"""What makes a bill larger than one would think: each trap once, with the indexes that are in it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from vectorform.cost.bill import Part, bill, processed_bytes, put_bytes, result_bytes, vector_bytes
from vectorform.cost.costs import EnvironmentCost, IndexCost, Place
from vectorform.cost.prices import Prices, RegionPrices
from vectorform.cost.wording import number, size, usd
from vectorform.desired.model import Expected

Kind = Literal["small puts", "size of the index", "data returned", "pages of results", "listing", "deleted"]

VECTORS_PER_PUT = 500  # S3 User Guide, "Limitations and restrictions"
RESULTS_PER_PAGE = 100  # service model, QueryVectors
# A page of ListVectors ends at 1,000 vectors, and at 1 MB that it looked through (service model).
LISTED_PER_PAGE, BYTES_PER_PAGE = 1000, 2**20
# A full listing that takes fewer requests than this is no trap: at $0.055 for a thousand, half a dollar.
REQUESTS_WORTH_SAYING = 10_000
# From about this size on, in bytes, a query's data costs more than the request ($0.004 for a TB, $2.50 for a
# million).
LARGE_INDEX = 640 * 2**20

# Beside every estimate, whatever the indexes.
BESIDE = (
    "embedding of what is stored and of every query, and Amazon Bedrock Knowledge Bases: they are Amazon "
    "Bedrock's to bill (https://aws.amazon.com/bedrock/pricing/)",
    "KMS requests of customer managed keys, data transfer, CloudTrail data events, taxes",
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap: a sentence on the costliest index that is in it, and the `others`."""

    kind: Kind
    index: IndexCost
    text: str
    others: tuple[IndexCost, ...] = ()


def traps(cost: EnvironmentCost, prices: Prices, among: Container[Place] | None = None) -> list[Trap]:
    """The traps of the environment's indexes, or of those `among` them."""
    found: dict[Kind, Trap] = {}
    for index in sorted(cost.indexes, key=lambda index: -index.amount.usd):
        if index.expected is None or (among is not None and index.place not in among):
            continue
        region = prices.of(cost.priced_as.get(index.region, index.region))
        for kind, text in _of(index, index.expected, region, prices):
            if kind in found:
                found[kind] = replace(found[kind], others=(*found[kind].others, index))
            else:
                found[kind] = Trap(kind, index, text)
    return list(found.values())


def _of(
    index: IndexCost, expected: Expected, region: RegionPrices, prices: Prices
) -> Iterator[tuple[Kind, str]]:
    yield from _puts(index, expected, region, prices)
    yield from _queries(index, expected, prices)
    yield from _listing(index, expected, region)
    if expected.deleted_vectors_per_month:
        less = _saved(index, replace(expected, deleted_vectors_per_month=0), region, prices)
        yield (
            "deleted",
            f"the {number(expected.deleted_vectors_per_month)} vectors deleted or overwritten in a month "
            "may stay on "
            f"the bill for another day; they are counted here{less and f', {less}'}",
        )


def _puts(
    index: IndexCost, expected: Expected, region: RegionPrices, prices: Prices
) -> Iterator[tuple[Kind, str]]:
    carried, least = put_bytes(index.dimension, expected), prices.put_minimum_bytes
    if not expected.puts_per_month or carried >= least:
        return
    enough = min(VECTORS_PER_PUT, -(-least // vector_bytes(index.dimension, expected)))
    vectors = expected.puts_per_month * expected.vectors_per_put
    fuller = replace(expected, vectors_per_put=enough, puts_per_month=-(-vectors // enough))
    saved = _saved(index, fuller, region, prices)
    yield (
        "small puts",
        f"each PutVectors is billed as {size(least)} and carries {size(carried)}: put {enough} vectors in "
        "each "
        f"instead of {expected.vectors_per_put}{saved and f', which saves {saved}'}",
    )


def _queries(index: IndexCost, expected: Expected, prices: Prices) -> Iterator[tuple[Kind, str]]:
    bills = {part.item: part for part in index.parts}
    processed, returned = bills["data processed"], bills["data returned"]
    whole = expected.vectors * processed_bytes(index.dimension, expected)
    if expected.queries_per_month and whole >= LARGE_INDEX:
        yield (
            "size of the index",
            f"every query is billed for the whole index, {size(whole)}, whatever its filter"
            f"{_a_month(processed.usd)}; split over several indexes, of which each query searches one, the "
            "same vectors cost less",
        )
    if returned.quantity:
        billed = max(prices.result_minimum_bytes, result_bytes(expected))
        free = size(prices.free_bytes_per_query)
        yield (
            "data returned",
            f"{number(expected.top_k)} results of {size(billed)} are more than the {free} that are free in "
            "a query"
            f"{_a_month(returned.usd)}",
        )
    if expected.top_k > RESULTS_PER_PAGE and expected.queries_per_month:
        pages = -(-expected.top_k // RESULTS_PER_PAGE)
        yield (
            "pages of results",
            f"{number(expected.top_k)} results come in {pages} pages; whether each page is billed as a "
            "query is not "
            "known, and it is counted as one here",
        )


def _listing(index: IndexCost, expected: Expected, region: RegionPrices) -> Iterator[tuple[Kind, str]]:
    stored = expected.vectors * vector_bytes(index.dimension, expected)
    requests = max(-(-expected.vectors // LISTED_PER_PAGE), -(-stored // BYTES_PER_PAGE))
    price = region.other_requests_per_thousand
    if requests >= REQUESTS_WORTH_SAYING:
        each = f", {usd(requests * price.usd / 1000)}," if price else ""
        yield (
            "listing",
            f"listing the whole index with its data takes about {number(requests)} requests{each} each time; "
            "counted only "
            "where other_requests_per_month says so",
        )


def _a_month(amount: Fraction | None) -> str:
    return "" if amount is None else f": {usd(amount)} a month"


def _saved(index: IndexCost, expected: Expected, region: RegionPrices, prices: Prices) -> str:
    """How much less it would be with something else expected; "" where that is not known."""
    before, after = index.parts, bill(index.dimension, expected, region, prices)
    if any(part.usd is None for part in (*before, *after)):
        return ""
    less = _sum(before) - _sum(after)
    return f"{usd(less)} a month"


def _sum(parts: Sequence[Part]) -> Fraction:
    return sum((part.usd or Fraction(0) for part in parts), Fraction(0))
