"""What is remembered of the embedding models of indexes, and how it moves with them. Plain data, no CDKTF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vectorform.blocks.rows import Rows
from vectorform.desired.addresses import embedding_model_address, embedding_model_block
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.former_keys import former_keys
from vectorform.desired.model import Embedding, Environment, Index, Region, VectorBucket


def model_rows(region: Region) -> dict[str, Rows]:
    """The models of the indexes, by the address of their block."""
    blocks: dict[str, Rows] = {}
    for bucket, index, model in _with_models(region):
        row = {"model": model.name, "was": list(model.was), "index": _identity(bucket, index)}
        blocks.setdefault(embedding_model_block(index.address), {})[index.address] = row
    return blocks


def model_moves(environment: Environment, region: Region) -> Iterator[tuple[str, str]]:
    """What is remembered goes along where the index has got another key."""
    for _, index, _ in _with_models(region):
        yield from pairwise(map(embedding_model_address, former_keys(environment.moved, index.address)))


def _identity(bucket: VectorBucket, index: Index) -> list[object]:
    """What makes it another index when it changes, as far as the configuration sets it."""
    fixed = [row.of(index) for row in INDEX.fixed if not row.computed]
    return [VECTOR_BUCKET["name"].of(bucket), *fixed]


def _with_models(region: Region) -> Iterator[tuple[VectorBucket, Index, Embedding]]:
    for bucket in region.vector_buckets:
        for index in bucket.indexes:
            if index.embedding_model is not None:
                yield bucket, index, index.embedding_model
