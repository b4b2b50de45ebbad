"""The arithmetic: what one index costs in a month, exactly, as parts of the bill.

Source: "Vectors" of https://aws.amazon.com/s3/pricing/ (the figures and their dates are in prices.yaml).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vectorform.cost.prices import GB, TB, Price, Prices, RegionPrices, Tier
from vectorform.desired.model import Expected

Item = Literal["storage", "uploads", "queries", "data processed", "data returned", "other requests"]

BYTES_PER_DIMENSION = 4
# Vectors that were deleted or overwritten stay in an index's billed size for up to a day.
DAYS_PER_MONTH = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bill: how much of what is billed, and for how much; None: the price is not known."""

    item: Item
    quantity: Fraction
    unit: str
    usd: Fraction | None


def vector_bytes(dimension: int, expected: Expected) -> int:
    """What is stored, and uploaded, of one vector: its numbers, its key and all of its metadata."""
    return BYTES_PER_DIMENSION * dimension + expected.key_bytes + expected.metadata_bytes


def processed_bytes(dimension: int, expected: Expected) -> int:
    """What a query is billed for each vector of the index: the same without non-filterable metadata."""
    return vector_bytes(dimension, expected) - expected.non_filterable_metadata_bytes


def put_bytes(dimension: int, expected: Expected) -> int:
    """What one PutVectors request carries, before the minimum."""
    return expected.vectors_per_put * vector_bytes(dimension, expected)


def result_bytes(expected: Expected) -> int:
    """What a query returns of one vector, before the minimum."""
    if expected.result_bytes is not None:
        return expected.result_bytes
    return expected.key_bytes + expected.metadata_bytes


def billed_vectors(expected: Expected) -> Fraction:
    """The vectors that are billed on average: those that are there, and the deleted ones for a day more."""
    return expected.vectors + Fraction(expected.deleted_vectors_per_month, DAYS_PER_MONTH)


def bill(dimension: int, expected: Expected, region: RegionPrices, prices: Prices) -> tuple[Part, ...]:
    """What an index of a dimension costs in a month: every part, also those of nothing."""
    vectors, queries = billed_vectors(expected), expected.queries_per_month
    stored = vectors * vector_bytes(dimension, expected) / GB
    uploaded = expected.puts_per_month * max(prices.put_minimum_bytes, put_bytes(dimension, expected))
    per_vector = Fraction(processed_bytes(dimension, expected) * queries, TB)
    results = min(Fraction(expected.top_k), vectors)
    returned = results * max(prices.result_minimum_bytes, result_bytes(expected))
    beyond_free = max(Fraction(0), returned - prices.free_bytes_per_query)
    return (
        _part("storage", stored, "GB-month", region.storage_per_gb_month),
        _part("uploads", Fraction(uploaded, GB), "GB", region.put_per_gb),
        _part("queries", Fraction(queries, 1_000_000), "million", region.queries_per_million),
        _processed(vectors, per_vector, region.processed_per_tb),
        _part("data returned", queries * beyond_free / GB, "GB", region.returned_per_gb),
        _part(
            "other requests",
            Fraction(expected.other_requests_per_month, 1000),
            "thousand",
            region.other_requests_per_thousand,
        ),
    )


def _part(item: Item, quantity: Fraction, unit: str, price: Price | None) -> Part:
    if not quantity:
        return Part(item, quantity, unit, Fraction(0))
    return Part(item, quantity, unit, None if price is None else quantity * price.usd)


def _processed(vectors: Fraction, terabytes_per_vector: Fraction, tiers: Sequence[Tier]) -> Part:
    """Each tier's part of the index at that tier's price; all of it is billed with every query."""
    quantity = vectors * terabytes_per_vector
    if not quantity or not tiers:
        return Part("data processed", quantity, "TB", None if quantity else Fraction(0))
    usd, below = Fraction(0), Fraction(0)
    for tier in tiers:
        top = vectors if tier.up_to_vectors is None else min(vectors, Fraction(tier.up_to_vectors))
        usd += max(Fraction(0), top - below) * terabytes_per_vector * tier.price.usd
        below = max(below, top)
    return Part("data processed", quantity, "TB", usd)
