"""QueryVectors: the exact nearest neighbours. AWS answers approximately, so this is AWS at its best."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from s3vectors_local.s3vectors import pages
from s3vectors_local.s3vectors.addresses import index_address, index_at
from s3vectors_local.s3vectors.errors import Field, NotBuilt, ValidationError
from s3vectors_local.s3vectors.filters import compile_filter
from s3vectors_local.s3vectors.nearest import nearest
from s3vectors_local.s3vectors.records import Records
from s3vectors_local.s3vectors.request import Answer, Request
from s3vectors_local.s3vectors.resources import CLASSIC, ENHANCED, Index
from s3vectors_local.s3vectors.vectors import components, float32, wire_float

MOST_RESULTS = 10_000  # the largest topK
_PAGE = 100


def query_vectors(request: Request) -> Answer:
    """A page of the `topK` vectors nearest to the query vector that pass the filter."""
    store, index = index_at(request, index_address(request))
    if request.input.get("queryTexts") is not None:
        raise NotBuilt(
            "QueryVectors with queryTexts (full-text and hybrid search) is not built in the local AWS. "
            "Query with queryVector alone, or rehearse this call against AWS."
        )
    mode = _mode(request, index)
    top = _top(request)
    vector = _query_vector(request, index)
    matches = None
    if request.input.get("filter") is not None:
        matches = compile_filter(request.input["filter"], mode, index.non_filterable)
    start = pages.position(request)
    request.keys.check_use(request, index, "Decrypt")
    records = store.records(index)
    allowed = None
    if matches is not None:
        allowed = np.fromiter(map(matches, records.metadata), dtype=np.bool_, count=len(records))
    rows, distances = nearest(records, vector, index.distance_metric, top, allowed)
    answer: Answer = {"distanceMetric": index.distance_metric}
    answer["vectors"] = _page(request, answer, records, rows, distances, start)
    return answer


def _page(
    request: Request,
    answer: Answer,
    records: Records,
    rows: npt.NDArray[np.int64],
    distances: npt.NDArray[np.float64],
    start: Any,
) -> list[dict[str, Any]]:
    """The results after the last one of the previous page, however the index has changed since."""
    returned = 0
    if start is not None:
        returned, distance, sequence = start
        later = (distances > distance) | ((distances == distance) & (records.sequence[rows] > sequence))
        rows, distances = rows[later], distances[later]
    size = min(_PAGE, request.input["topK"] - returned)
    if len(rows) > size and returned + size < request.input["topK"]:
        last = rows[size - 1]
        resume = [returned + size, float(distances[size - 1]), int(records.sequence[last])]
        answer["nextToken"] = pages.token(request, resume)
    return [
        _described(request, records, int(row), float(distance))
        for row, distance in zip(rows[:size], distances[:size], strict=True)
    ]


def _described(request: Request, records: Records, row: int, distance: float) -> dict[str, Any]:
    described: dict[str, Any] = {"key": records.keys[row]}
    if request.input.get("returnDistance"):
        described["distance"] = wire_float(distance)
    if request.input.get("returnMetadata"):
        described["metadata"] = records.metadata[row]
    return described


def _mode(request: Request, index: Index) -> str:
    asked: str = request.input.get("queryMode") or index.mode
    if asked == CLASSIC and index.mode == ENHANCED:
        raise ValidationError.at("queryMode", "queryMode cannot be CLASSIC when indexMode is ENHANCED")
    return asked


def _top(request: Request) -> int:
    top: int = request.input["topK"]
    if top > MOST_RESULTS:
        constraint = f"Member must be between 1 and {MOST_RESULTS}, inclusive"
        message = f"Value at '/topK' failed to satisfy constraint: {constraint}"
        raise ValidationError(f"1 validation error detected. {message}", Field("/topK", message))
    return top


def _query_vector(request: Request, index: Index) -> npt.NDArray[np.float32]:
    if request.input.get("queryVector") is None:
        raise ValidationError("Must specify queryVector, queryTexts, or both")
    vector = float32(components(request.input["queryVector"]))
    if len(vector) != index.dimension:
        raise ValidationError.at(
            "vector", f"Query vector must have length {index.dimension}, but has length {len(vector)}"
        )
    if not np.isfinite(vector).all() or (index.distance_metric == "cosine" and not vector.any()):
        raise ValidationError.at(
            "vector", "Query vector contains invalid values or is invalid for this index"
        )
    return vector
