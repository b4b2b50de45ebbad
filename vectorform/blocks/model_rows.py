"""The embedding models of indexes, as Terraform remembers them. Plain data, no CDKTF."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from vectorform.blocks.rows import Rows
from vectorform.desired.addresses import embedding_models_block
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Embedding, Index, Region, VectorBucket


def model_rows(region: Region) -> dict[str, Rows]:
    """The models of the indexes, by the address of their block, then by what identifies the index."""
    blocks: dict[str, Rows] = {}
    for bucket, index, model in _with_models(region):
        member = _member(bucket, index)
        row = {"index": index.address, "model": model.name, "was": list(model.was)}
        blocks.setdefault(embedding_models_block(member), {})[member] = row
    return blocks


def remembered_count(region: Region) -> int:
    """How many indexes have a model."""
    return sum(1 for _ in _with_models(region))


def _member(bucket: VectorBucket, index: Index) -> str:
    """A name in Terraform (its "Identifiers") for the index that AWS has.

    The key in the YAML is no part of it, so that it needs no move. What nothing changes about an index is:
    with other values it is another index, and what was remembered is gone. What is not set is left out, so
    that a further attribute changes no name.
    """
    fixed = {row.argument: row.of(index) for row in INDEX.fixed if not row.computed}
    identity = [VECTOR_BUCKET["name"].of(bucket), {name: value for name, value in fixed.items() if value}]
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return f"index_{re.sub('[^a-z0-9-]', '_', index.name)}_{digest[:16]}"


def _with_models(region: Region) -> Iterator[tuple[VectorBucket, Index, Embedding]]:
    for bucket in region.vector_buckets:
        for index in bucket.indexes:
            if index.embedding_model is not None:
                yield bucket, index, index.embedding_model
