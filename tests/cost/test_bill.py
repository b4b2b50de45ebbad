"""The arithmetic: every figure worked out by hand, in the comment, from the published prices of us-east-1.

$0.06 a GB-month stored; $0.20 a GB put, 128 KB at least for each PutVectors; $2.50 a million queries; for
each query and TB of the index $0.004 to the 100,000th vector, $0.002 to the 10,000,000th, $0.0004 beyond;
$0.01 a GB returned beyond 512 KB of a query, 256 bytes at least for each result; $0.055 a thousand others.
"""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.cost.bill import bill
from vectorform.cost.prices import prices
from vectorform.desired.model import Expected

NOWHERE = "eu-central-1"


def parts(dimension: int, expected: Expected, region: str = "us-east-1") -> dict[str, Fraction | None]:
    whole = bill(dimension, expected, prices().of(region), prices())
    return {part.item: part.usd for part in whole}


def cents(dimension: int, expected: Expected) -> dict[str, float]:
    """What is not nothing, in USD to the hundredth of a cent."""
    found = parts(dimension, expected)
    return {item: round(float(usd), 4) for item, usd in found.items() if usd}


def total(dimension: int, expected: Expected) -> Fraction:
    return sum((usd or Fraction(0) for usd in parts(dimension, expected).values()), Fraction(0))


def test_ten_thousand_vectors_and_a_million_queries() -> None:
    expected = Expected(
        vectors=10_000, puts_per_month=100, vectors_per_put=100, queries_per_month=1_000_000, top_k=100
    )
    # A vector: 3,072 x 4 + 36 = 12,324 bytes. All: 123,240,000 bytes = 0.114776 GB = 0.000112086 TB.
    # Stored 0.114776 x 0.06 = 0.0069. Put once, 100 x 1,232,400 bytes: 0.114776 x 0.20 = 0.0230.
    # Queries 2.50, and 1,000,000 x 0.000112086 x 0.004 = 0.4483.
    # Returned: 100 x 256 bytes, within what is free.
    assert cents(3072, expected) == {
        "storage": 0.0069,
        "uploads": 0.0230,
        "queries": 2.5,
        "data processed": 0.4483,
    }
    assert total(3072, expected) < 50


def test_the_first_worked_example_of_the_pricing_page() -> None:
    # 40 indexes of 250,000 vectors: 4 KB, 1 KB filterable, 1 KB non-filterable, a key of 0.17 KB; all put
    # again every 6 months; 1,000,000 queries a month over all of them.
    # AWS: 3.54 + 1.97 + 1.93 + 1.44 + 2.50 = 11.38.
    each = Expected(
        vectors=250_000,
        key_bytes=174,
        filterable_metadata_bytes=1024,
        non_filterable_metadata_bytes=1024,
        puts_per_month=417,  # 417 x 100 x 6 = 250,200
        vectors_per_put=100,
        queries_per_month=25_000,
    )
    by_aws = {"storage": 3.54, "uploads": 1.97, "queries": 2.5, "data processed": 1.93 + 1.44}
    assert {item: float(usd or 0) * 40 for item, usd in parts(1024, each).items() if usd} == pytest.approx(
        by_aws, abs=0.02
    )
    assert float(total(1024, each)) * 40 == pytest.approx(11.38, abs=0.02)


def test_the_second_worked_example_of_the_pricing_page() -> None:
    # The same vectors, 10,000,000 in each of 40 indexes, 10,000,000 queries: 19.26 + 953.36, and 25.00.
    each = Expected(
        vectors=10_000_000, key_bytes=174, filterable_metadata_bytes=1024, queries_per_month=250_000
    )
    found = parts(1024, each)
    assert float(found["data processed"] or 0) * 40 == pytest.approx(19.26 + 953.36, abs=0.1)
    assert float(found["queries"] or 0) * 40 == 25


def test_vectors_beyond_ten_million_cost_a_fifth() -> None:
    # A vector: 4 x 1,015 + 36 = 4,096 bytes; a million queries: 4,096e6 / 2^40 = 0.0037252903 TB of it.
    # 100,000 x 0.004 + 9,900,000 x 0.002 + 5,000,000 x 0.0004 = 400 + 19,800 + 2,000 = 22,200 for all of
    # the 15,000,000, x 0.0037252903 = 82.7014.
    expected = Expected(vectors=15_000_000, queries_per_month=1_000_000)
    assert cents(1015, expected)["data processed"] == 82.7014


def test_each_put_is_billed_as_128_kilobytes() -> None:
    one = Expected(puts_per_month=1_000_000, vectors_per_put=1)
    # 1,000,000 x 131,072 bytes = 122.0703 GB, x 0.20 = 24.4141, whatever the vector.
    assert cents(1, one) == cents(4096, one) == {"uploads": 24.4141}
    # 100 x (4 x 1,024 + 36) = 413,200 bytes in each: 10,000 of them are 3.8482 GB, 0.7696.
    assert cents(1024, Expected(puts_per_month=10_000, vectors_per_put=100)) == {"uploads": 0.7696}


def test_what_a_query_returns() -> None:
    # A result: a key of 36 bytes and 100 of metadata, billed as 256. 10,000 of them: 2,560,000 - 524,288 =
    # 2,035,712 bytes beyond what is free; a million times that is 1,895.9045 GB, 18.9590.
    small = Expected(vectors=20_000, filterable_metadata_bytes=100, queries_per_month=1_000_000, top_k=10_000)
    assert cents(1, small)["data returned"] == 18.9590
    # Of 1,000 vectors no more than 1,000 come back: 256,000 bytes, all free.
    assert "data returned" not in cents(1, replace(small, vectors=1000))
    # 1,000 results of 36 + 1,000 bytes: 1,036,000 - 524,288 = 511,712; a million times: 476.5689 GB, 4.7657.
    long = replace(small, filterable_metadata_bytes=0, non_filterable_metadata_bytes=1000, top_k=1000)
    assert cents(1, long)["data returned"] == 4.7657
    # Without its metadata: 256,000 bytes.
    assert "data returned" not in cents(1, replace(long, result_bytes=36))


def test_other_requests() -> None:
    # 1,000,000 / 1,000 x 0.055
    assert cents(1, Expected(other_requests_per_month=1_000_000)) == {"other requests": 55}


def test_deleted_vectors_stay_for_a_day() -> None:
    # 30,000,000 in a month are a day's 1,000,000 more, of 4 x 1,015 + 36 = 4,096 bytes: 3.8147 GB x 0.06.
    assert cents(1015, Expected(deleted_vectors_per_month=30_000_000)) == {"storage": 0.2289}


def test_non_filterable_metadata_is_stored_and_not_searched() -> None:
    plain = Expected(vectors=1000, queries_per_month=1000)
    text = replace(plain, non_filterable_metadata_bytes=30_000, result_bytes=0)
    assert parts(8, text)["data processed"] == parts(8, plain)["data processed"]
    # 1,000 x 30,000 bytes = 0.0279 GB x 0.06
    assert round(float((parts(8, text)["storage"] or 0) - (parts(8, plain)["storage"] or 0)), 4) == 0.0017


def test_no_price_is_guessed() -> None:
    expected = Expected(vectors=1, queries_per_month=1)
    found = parts(8, expected, NOWHERE)
    assert found == {
        "storage": None,
        "uploads": 0,
        "queries": None,
        "data processed": None,
        "data returned": 0,
        "other requests": 0,
    }


def test_every_price_has_a_source_and_a_date() -> None:
    for region in prices().regions.values():
        assert all(getattr(region, member.name) for member in fields(region))
        assert region.processed_per_tb[-1].up_to_vectors is None
        for source in region.sources:
            assert source.url.startswith("https://") and source.via.startswith("https://")
            assert source.read.year >= 2026


counts = st.integers(0, 10**12)
EXPECTED = st.builds(
    Expected,
    vectors=st.integers(0, 2 * 10**9),
    key_bytes=st.integers(1, 1024),
    filterable_metadata_bytes=st.integers(0, 2048),
    non_filterable_metadata_bytes=st.integers(0, 40_960),
    puts_per_month=counts,
    vectors_per_put=st.integers(1, 500),
    queries_per_month=counts,
    top_k=st.integers(1, 10_000),
    result_bytes=st.none() | st.integers(0, 42_000),
    other_requests_per_month=counts,
    deleted_vectors_per_month=counts,
)
DIMENSIONS = st.integers(1, 4096)


@given(DIMENSIONS, EXPECTED, st.sampled_from(fields(Expected)), st.integers(1, 10**9))
def test_more_of_anything_never_costs_less(
    dimension: int, expected: Expected, member: object, by: int
) -> None:
    name = member.name  # type: ignore[attr-defined]
    if getattr(expected, name) is None:
        return
    more = replace(expected, **{name: getattr(expected, name) + by})
    assert total(dimension, more) >= total(dimension, expected)


@given(DIMENSIONS, EXPECTED)
def test_a_larger_dimension_never_costs_less(dimension: int, expected: Expected) -> None:
    assert total(dimension + 1, expected) >= total(dimension, expected)


@given(DIMENSIONS)
def test_nothing_costs_nothing(dimension: int) -> None:
    assert total(dimension, Expected()) == 0


@given(DIMENSIONS, EXPECTED, st.integers(2, 9))
def test_requests_add_up(dimension: int, expected: Expected, times: int) -> None:
    """Twice the requests on the same contents cost twice as much, without what storage costs."""
    requests = ("puts_per_month", "queries_per_month", "other_requests_per_month")
    more = replace(expected, **{name: getattr(expected, name) * times for name in requests})
    idle = replace(expected, **dict.fromkeys(requests, 0))
    stored = total(dimension, idle)
    assert total(dimension, more) - stored == times * (total(dimension, expected) - stored)
