"""PutVectors, GetVectors, ListVectors and DeleteVectors."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from s3vectors_local.s3vectors import pages
from s3vectors_local.s3vectors.addresses import index_address, index_at
from s3vectors_local.s3vectors.errors import SerializationError, ValidationError
from s3vectors_local.s3vectors.metadata import metadata_problem, size
from s3vectors_local.s3vectors.records import Records
from s3vectors_local.s3vectors.request import Answer, Request
from s3vectors_local.s3vectors.resources import Index

_PAGE = 500
_PAGE_BYTES = 1_048_576  # a page also ends where 1 MB has been processed: service model, ListVectors
_MOST_KEY_BYTES = 1_024  # UTF-8; the service model bounds the characters: measured
_NON_FINITE = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


def put_vectors(request: Request) -> Answer:
    """Add vectors, or replace those whose keys exist; all of them or none."""
    store, index = index_at(request, index_address(request))
    request.keys.check_use(request, index, "GenerateDataKey")
    given = request.input["vectors"]
    _check_keys([record["key"] for record in given])
    matrix = np.empty((len(given), index.dimension), dtype=np.float32)
    for position, record in enumerate(given):
        matrix[position] = _checked(index, position, record)
    metadata = [record.get("metadata") or {} for record in given]
    store.put_vectors(index, [record["key"] for record in given], matrix, metadata)
    return {}


def get_vectors(request: Request) -> Answer:
    """The vectors of the given keys, in their order; unknown keys are left out."""
    store, index = index_at(request, index_address(request))
    _check_keys(request.input["keys"])
    request.keys.check_use(request, index, "Decrypt")
    records = store.records(index)
    rows = (records.row(key) for key in dict.fromkeys(request.input["keys"]))
    return {"vectors": [_described(request, records, row) for row in rows if row is not None]}


def delete_vectors(request: Request) -> Answer:
    """Remove vectors; unknown keys are no error."""
    store, index = index_at(request, index_address(request))
    _check_keys(request.input["keys"])
    request.keys.check_use(request, index, "Decrypt")
    store.delete_vectors(index, request.input["keys"])
    return {}


def list_vectors(request: Request) -> Answer:
    """A page of the vectors in one segment of `segmentCount`: of one, which is all, by default."""
    store, index = index_at(request, index_address(request))
    segments, segment = _segment(request)
    request.keys.check_use(request, index, "Decrypt")
    records = store.records(index)
    most = request.input.get("maxResults", _PAGE)
    rows = records.rows_in_order()
    sequence = records.sequence[rows]
    start = pages.position(request)
    found: list[dict[str, Any]] = []
    processed = 0
    found_until = -1
    for row in rows[np.searchsorted(sequence, -1 if start is None else start, side="right") :]:
        if segments > 1 and zlib.crc32(records.keys[row].encode()) % segments != segment:
            continue
        if len(found) == most or processed >= _PAGE_BYTES:
            return {"vectors": found, "nextToken": pages.token(request, found_until)}
        found.append(_described(request, records, int(row)))
        processed += _processed(request, index, records, int(row))
        found_until = int(records.sequence[row])
    return {"vectors": found}


def float32(data: list[Any]) -> npt.NDArray[np.float32]:
    """The components of a vector as the service keeps them. Raises SerializationError for other JSON.

    What is too large for a float32 becomes an infinity, as in the service, and is refused later.
    """
    numbers = [_NON_FINITE.get(c, c) if isinstance(c, str) else c for c in data]
    if not {int, float}.issuperset(map(type, numbers)):
        raise SerializationError("The components of a vector must be numbers")
    with np.errstate(over="ignore"):
        try:
            return np.asarray(numbers, dtype=np.float64).astype(np.float32)
        except OverflowError:  # an integer beyond double precision
            return np.asarray([float(str(number)) for number in numbers]).astype(np.float32)


def wire_float(value: float) -> float | str:
    """A number as a float32 of an answer; JSON has no infinity, for which Smithy's rest-json has a text."""
    with np.errstate(over="ignore"):
        rounded = float(np.float32(value))
    return rounded if np.isfinite(rounded) else "Infinity"


def components(data: Any) -> list[Any]:
    """The list inside a VectorData union. Raises ValidationError when it holds no known member."""
    if "float32" not in data:
        raise ValidationError("Vector data must be given as float32")
    values: list[Any] = data["float32"]
    return values


def _checked(index: Index, position: int, record: dict[str, Any]) -> npt.NDArray[np.float32]:
    vector = float32(components(record["data"]))
    problem, path = _vector_problem(index, vector), f"vectors[{position}]"
    if problem is None and record.get("metadata") is not None:
        problem = metadata_problem(record["metadata"], index.non_filterable)
        path += ".metadata"
    if problem is not None:
        raise ValidationError.at(path, f"Invalid record for key '{record['key']}': {problem}")
    return vector


def _vector_problem(index: Index, vector: npt.NDArray[np.float32]) -> str | None:
    if len(vector) != index.dimension:
        return f"vector must have length {index.dimension}, but has length {len(vector)}"
    if not np.isfinite(vector).all():
        return "vector contains NaNs or Infs"
    if index.distance_metric == "cosine" and not vector.any():
        return "cosine distance does not support vectors with zero norm"
    return None


def _described(request: Request, records: Records, row: int) -> dict[str, Any]:
    described: dict[str, Any] = {"key": records.keys[row]}
    if request.input.get("returnData"):
        described["data"] = {"float32": records.matrix[row].tolist()}
    if request.input.get("returnMetadata"):
        described["metadata"] = records.metadata[row]
    return described


def _processed(request: Request, index: Index, records: Records, row: int) -> int:
    """The bytes that one vector counts towards the end of a page: only what is returned of it."""
    data = 4 * index.dimension if request.input.get("returnData") else 0
    metadata = size(records.metadata[row]) if request.input.get("returnMetadata") else 0
    return len(records.keys[row].encode()) + data + metadata


def _check_keys(keys: list[str]) -> None:
    if any(len(key.encode()) > _MOST_KEY_BYTES for key in keys):
        raise ValidationError("Record key length exceeds the maximum allowed")


def _segment(request: Request) -> tuple[int, int]:
    """(`segmentCount`, `segmentIndex`); their defaults are in the Smithy model, not in botocore's copy.

    The SDK for Go leaves a member out that has its default.
    """
    count, index = request.input.get("segmentCount", 1), request.input.get("segmentIndex", 0)
    if index >= count:
        raise ValidationError.at("segmentIndex", "segmentIndex must be less than segmentCount")
    return count, index
