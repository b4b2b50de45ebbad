"""Exact nearest neighbours in two passes: float32 over all vectors, double precision over the close ones.

The first pass is one matrix product. Its rounding error is bounded, so every vector whose approximate
distance lies within twice that bound of the k-th may be among the k nearest, and none other can be.
The second pass computes the distances of those in double precision.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from s3vectors_local.s3vectors.records import Matrix, Records

_EPSILON = float(np.finfo(np.float32).eps)
# Products of components outside of this range of norms may leave the range of float32.
_SMALLEST, _LARGEST = 1e-12, 1e12

Rows = npt.NDArray[np.int64]
Distances = npt.NDArray[np.float64]


def nearest(
    records: Records,
    query: npt.NDArray[np.float32],
    metric: str,
    count: int,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> tuple[Rows, Distances]:
    """The rows of the `count` nearest vectors, nearest first, and their distances.

    Cosine distance is 1 - cosine similarity, in 0..2; euclidean is the L2 norm of the difference. Equal
    distances are ordered by first insertion. `allowed`, one flag per row, leaves out the others.
    """
    rows = _candidates(records, query, metric, count, allowed)
    distances = _exact(records.matrix, rows, query, metric)
    order = np.lexsort((records.sequence[rows], distances))[:count]
    return rows[order], distances[order]


def _candidates(
    records: Records,
    query: npt.NDArray[np.float32],
    metric: str,
    count: int,
    allowed: npt.NDArray[np.bool_] | None,
) -> Rows:
    total = len(records) if allowed is None else int(allowed.sum())
    if total <= count:
        return np.arange(len(records)) if allowed is None else np.flatnonzero(allowed)
    approximate, error = _approximate(records, query, metric)
    if allowed is not None:
        approximate = np.where(allowed, approximate, np.inf)
        error = np.where(allowed, error, 0.0)
    # The k-th smallest upper bound: at least k vectors are certainly no farther than that.
    limit = np.partition(approximate + error, count - 1)[count - 1]
    close = approximate - error <= limit
    if allowed is not None:
        close &= allowed
    return np.flatnonzero(close)


def _approximate(
    records: Records, query: npt.NDArray[np.float32], metric: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A quantity that grows with the distance, per row, and the bound of its error."""
    norms = records.norms
    length = float(np.linalg.norm(query.astype(np.float64)))
    with np.errstate(over="ignore", invalid="ignore"):
        products = (records.matrix @ query).astype(np.float64)
    # Standard bound of a dot product of d terms in any order of summation: d * eps * |a| * |q|.
    product_error = (len(query) + 2) * _EPSILON * norms * length
    if metric == "cosine":
        scale = norms * length
        with np.errstate(divide="ignore", invalid="ignore"):
            approximate, error = -products / scale, product_error / scale
    else:
        approximate, error = norms * norms - 2 * products, 2 * product_error + 1e-15 * norms * norms
    unsure = (norms < _SMALLEST) | (norms > _LARGEST) | ~np.isfinite(products)
    if not _SMALLEST < length < _LARGEST:
        unsure = np.ones_like(unsure)
    return np.where(unsure, 0.0, approximate), np.where(unsure, np.inf, error)


def _exact(matrix: Matrix, rows: Rows, query: npt.NDArray[np.float32], metric: str) -> Distances:
    wanted = query.astype(np.float64)
    distances = np.empty(len(rows), dtype=np.float64)
    step = max(1, 4_000_000 // max(1, matrix.shape[1]))  # at most 32 MB of doubles at a time
    for start in range(0, len(rows), step):
        some = matrix[rows[start : start + step]].astype(np.float64)
        distances[start : start + step] = _distances(some, wanted, metric)
    return distances


def _distances(some: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64], metric: str) -> Distances:
    """Sums run along each row alone, so equal vectors have exactly equal distances."""
    if metric == "euclidean":
        return np.asarray(np.sqrt(_sum((some - wanted) ** 2)))
    cosine = _sum(some * wanted) / np.sqrt(_sum(some * some) * float((wanted * wanted).sum()))
    return np.clip(1.0 - cosine, 0.0, 2.0)


def _sum(terms: npt.NDArray[np.float64]) -> Distances:
    return np.asarray(terms.sum(axis=1), dtype=np.float64)
