"""Nearest neighbours against the plainest possible computation, also where float32 rounds badly."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3vectors_local.s3vectors.nearest import nearest
from s3vectors_local.s3vectors.records import Records

component = st.floats(width=32, allow_nan=False, allow_infinity=False)


def filled(matrix: Any) -> Records:
    records = Records(matrix.shape[1])
    records.put([f"k{i}" for i in range(len(matrix))], matrix, [{}] * len(matrix))
    return records


def plain_distance(a: list[float], b: list[float], metric: str) -> float:
    if metric == "euclidean":
        return math.dist(a, b)
    exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a, b, strict=True))
    square = sum(Fraction(x) ** 2 for x in a) * sum(Fraction(y) ** 2 for y in b)
    cosine = math.copysign(math.sqrt(exact * exact / square), exact) if exact else 0.0
    return 1 - cosine


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda d: st.tuples(
            st.lists(st.lists(component, min_size=d, max_size=d), min_size=1, max_size=12),
            st.lists(component, min_size=d, max_size=d),
        )
    ),
    st.integers(1, 5),
    st.sampled_from(["cosine", "euclidean"]),
)
def test_equals_the_plain_computation(
    data: tuple[list[list[float]], list[float]], count: int, metric: str
) -> None:
    rows, query = data
    if metric == "cosine":
        rows = [row for row in rows if any(row)]
        if not rows or not any(query):
            return
    found, distances = nearest(filled(np.array(rows, np.float32)), np.array(query, np.float32), metric, count)
    plain = sorted(plain_distance(row, query, metric) for row in rows)[:count]
    assert distances.tolist() == pytest.approx(plain, rel=1e-6, abs=1e-7)
    mine = [plain_distance(rows[i], query, metric) for i in found]
    assert distances.tolist() == pytest.approx(mine, rel=1e-6, abs=1e-7)


def test_vectors_that_float32_cannot_tell_apart() -> None:
    """Far from the origin |a|^2 - 2ab + |b|^2 is noise in float32; the second pass decides."""
    random = np.random.default_rng(3)
    matrix = (10_000 + random.standard_normal((2_000, 64)) * 0.01).astype(np.float32)
    query = matrix[77] + np.float32(0.001)
    found, _ = nearest(filled(matrix), query, "euclidean", 5)
    exact = np.linalg.norm(matrix.astype(np.float64) - query.astype(np.float64), axis=1)
    assert found.tolist() == np.argsort(exact, kind="stable")[:5].tolist()


def test_large_index_equals_double_precision() -> None:
    random = np.random.default_rng(5)
    matrix = random.standard_normal((5_000, 128), dtype=np.float32)
    query = random.standard_normal(128, dtype=np.float32)
    wide, narrow = matrix.astype(np.float64), query.astype(np.float64)
    cosine = 1 - wide @ narrow / np.linalg.norm(wide, axis=1) / np.linalg.norm(narrow)
    for metric, exact in (("cosine", cosine), ("euclidean", np.linalg.norm(wide - narrow, axis=1))):
        found, distances = nearest(filled(matrix), query, metric, 100)
        assert found.tolist() == np.argsort(exact)[:100].tolist()
        assert np.allclose(distances, np.sort(exact)[:100], rtol=1e-12)


def test_ties_keep_the_order_of_insertion() -> None:
    records = filled(np.tile(np.array([1, 0], np.float32), (9, 1)))
    records.delete(["k0", "k4"])
    found, distances = nearest(records, np.array([1, 0], np.float32), "cosine", 4)
    assert [records.keys[row] for row in found] == ["k1", "k2", "k3", "k5"]
    assert distances.tolist() == [0.0] * 4


def test_only_allowed_rows() -> None:
    records = filled(np.array([[1, 0], [1, 1], [0, 1], [-1, 0]], np.float32))
    allowed = np.array([False, True, False, True])
    query = np.array([1, 0], np.float32)
    assert nearest(records, query, "cosine", 1, allowed)[0].tolist() == [1]
    assert nearest(records, query, "cosine", 9, allowed)[0].tolist() == [1, 3]
    assert nearest(records, query, "cosine", 9, np.zeros(4, np.bool_))[0].tolist() == []


def test_empty_index() -> None:
    found, distances = nearest(Records(2), np.array([1, 0], np.float32), "euclidean", 3)
    assert (len(found), len(distances)) == (0, 0)
