"""What indexes hold, counted in AWS: ListVectors is all that S3 Vectors offers for it, and it costs.

The API has no count. The metadata of a first page stands for that of all vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from vectorform.cost.costs import Measured
from vectorform.cost.prices import Prices
from vectorform.desired.model import Environment, Index, Region, VectorBucket
from vectorform.verifier.aws import Aws
from vectorform.verifier.reading import Missing, Unreadable, member, pages, read

OPERATIONS = frozenset({"GetVectors", "ListVectors"})
# A page of keys; an index is read for this many pages, a million vectors, and no further.
PAGE = 1000
MOST_PAGES = 1000
# Vectors whose metadata is looked at.
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """An index that is to be measured."""

    region: Region
    bucket: VectorBucket
    index: Index


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes at most; `usd` None where a region's price of requests is not known."""

    indexes: int
    requests: int
    usd: Fraction | None


def subjects(environment: Environment) -> list[Subject]:
    """The indexes that are in AWS, or are to be."""
    return [
        Subject(region, bucket, index)
        for region in environment.regions
        for bucket in region.written_vector_buckets
        for index in bucket.written_indexes
        if not (index.retirement and index.retirement.confirm_destroy)
    ]


def effort(measuring: Sequence[Subject], prices: Prices, priced_as: Mapping[str, str]) -> Effort:
    """How many requests it takes at most, and what they cost: one more than its pages for each index."""
    each = MOST_PAGES + 1
    per_thousand = [
        prices.of(priced_as.get(subject.region.name, subject.region.name)).other_requests_per_thousand
        for subject in measuring
    ]
    known = [price.usd for price in per_thousand if price is not None]
    usd = sum(known, Fraction(0)) * each / 1000 if len(known) == len(measuring) else None
    return Effort(len(measuring), each * len(measuring), usd)


def measure(aws: Aws, subject: Subject) -> Measured | None:
    """What an index holds; None where it is not in AWS. Raises Unreadable."""
    client = aws.s3vectors(subject.region.name)
    where = {"vectorBucketName": subject.bucket.name, "indexName": subject.index.name}
    vectors = characters = 0
    complete = True
    try:
        for number, page in enumerate(pages(client.list_vectors, **where, maxResults=PAGE), 1):
            keys = [str(member(vector, "key")) for vector in member(page, "vectors")]
            vectors += len(keys)
            characters += sum(map(len, keys))
            if number == MOST_PAGES and page.get("nextToken"):
                complete = False
                break
        if not vectors:
            return Measured(0, True, 0)
        try:
            sample = read(client.list_vectors, **where, maxResults=SAMPLE, returnMetadata=True)
        except Unreadable:  # it takes GetVectors as well, which a caller may not have
            return Measured(vectors, complete, round(characters / vectors))
    except Missing:
        return None
    metadata = [vector.get("metadata") or {} for vector in member(sample, "vectors")]
    filterable, whole = _average(metadata, subject.index.non_filterable_metadata_keys)
    return Measured(vectors, complete, round(characters / vectors), filterable, whole - filterable)


def _average(metadata: Sequence[Mapping[str, Any]], other: Sequence[str]) -> tuple[int, int]:
    """The bytes of the filterable part and of all metadata, of a vector on average."""
    if not metadata:
        return 0, 0
    whole = [{key: metadata_bytes(key, value) for key, value in entry.items()} for entry in metadata]
    filterable = sum(size for entry in whole for key, size in entry.items() if key not in other)
    return round(filterable / len(whole)), round(sum(sum(entry.values()) for entry in whole) / len(whole))


def metadata_bytes(key: str, value: Any) -> int:
    """What one entry takes: its key and its value in UTF-8, a number 4, a list the sum of its entries.

    So S3 Vectors counts for its limits, without its 8 bytes for each entry; how it counts for its bill is not
    published beyond "all metadata".
    """
    return len(key.encode()) + _value_bytes(value)


def _value_bytes(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bool):
        return 0
    if isinstance(value, list):
        return sum(map(_value_bytes, value))
    return 4
