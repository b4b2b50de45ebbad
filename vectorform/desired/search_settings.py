"""How indexes search, which AWS can change and its provider for Terraform cannot: modes, and text search.

Source: service model of S3 Vectors (PutVectorBucketDefaultIndexMode, UpdateIndexMode,
UpdateMetadataConfiguration). The file leaves alone what it does not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Index, Region, VectorBucket

# Where AWS's answer names no language.
STANDARD: Final = "standard"
# CLASSIC is for vector buckets created before September 30, 2026 (service model, UpdateIndexMode), in a time
# zone that it does not say: those of the day itself are AWS's to judge.
CLASSIC_UNTIL = "2026-10-01T00:00:00Z"
CREATED_BEFORE: Final = "created before September 30, 2026"
CLASSIC_ONLY: Final = f"CLASSIC is only for vector buckets that were {CREATED_BEFORE}"


def of_bucket(bucket: VectorBucket) -> dict[str, Any]:
    """What the file says of a vector bucket, by the keys of the YAML; nothing where it is left alone."""
    return _said(bucket, (VECTOR_BUCKET["default_index_mode"].field,))


def of_index(index: Index) -> dict[str, Any]:
    """What the file says of an index, by the keys of the YAML; nothing where it is left alone."""
    return _said(index, (INDEX["index_mode"].field, INDEX["text_search"].field))


def of_indexes(region: Region) -> list[tuple[VectorBucket, Index]]:
    """The indexes that something is said of."""
    return [
        (bucket, index) for bucket in region.vector_buckets for index in bucket.indexes if of_index(index)
    ]


def of_buckets(region: Region) -> list[VectorBucket]:
    """The vector buckets that something is said of."""
    return [bucket for bucket in region.vector_buckets if of_bucket(bucket)]


def any_in(region: Region) -> bool:
    """Whether anything is to be set in a region."""
    return bool(of_buckets(region) or of_indexes(region))


def texts_searched(answer: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The languages by metadata key, from the text search configurations of GetIndex."""
    return {each["metadataKey"]: each.get("language", STANDARD) for each in answer}


def _said(described: VectorBucket | Index, fields: Iterable[str]) -> dict[str, Any]:
    said = {field: getattr(described, field) for field in fields}
    plain = {field: dict(value) if isinstance(value, Mapping) else value for field, value in said.items()}
    return {field: value for field, value in plain.items() if value is not None}
