"""The `for_each` maps: one row per resource, keyed as in the YAML. Plain data, no CDKTF.

Every row of a map has the same members, so that expressions such as `each.value.tags` always resolve.
"""

from __future__ import annotations

from typing import Any

from vectorform.blocks.literals import compact, literal
from vectorform.desired.addresses import (
    EMPTY_INDEX_BLOCKS,
    RETIRED_INDEXES,
    encryption_key_address,
    index_block_address,
)
from vectorform.desired.arns import bucket_arn
from vectorform.desired.attributes import ENCRYPTION, INDEX, KEY, VECTOR_BUCKET
from vectorform.desired.created_keys import created_key, created_keys
from vectorform.desired.embedding_models import index_tags
from vectorform.desired.index_blocks import index_blocks, spread_key
from vectorform.desired.model import Encryption, Environment, Index, Region, VectorBucket
from vectorform.desired.policies import bucket_policy, key_policy

Rows = dict[str, dict[str, Any]]


def vector_bucket_rows(region: Region, *, protected: bool) -> Rows:
    """The vector buckets with (or without) deletion protection."""
    return {
        bucket.key: {
            "name": bucket.name,
            VECTOR_BUCKET["encryption"].argument: _encryption_configuration(
                region, bucket, bucket.encryption, Encryption()
            ),
            "tags": literal(bucket.tags),
            **({} if protected else {"force_destroy": bucket.force_destroy}),
        }
        for bucket in _buckets(region, protected)
    }


def encryption_key_rows(environment: Environment, region: Region, *, protected: bool) -> Rows:
    """The KMS keys that are created, with their aliases: those with (or without) protection."""
    return {
        name: {
            "description": literal(key.description),
            "policy": literal(compact(key_policy(environment, region, key))),
            "alias": key.alias,
            **{row.argument: row.of(key) for row in KEY if row.argument and row.form in ("number", "flag")},
            **({} if key.rotation else {KEY["rotation_period_days"].argument: None}),
            "tags": literal(key.tags),
        }
        for name, key in created_keys(region).items()
        if key.deletion_protection is protected
    }


def index_rows(region: Region) -> dict[str, Rows]:
    """The indexes, by the address of their block: every block, also with nothing in it."""
    blocks: dict[str, Rows] = {block: {} for block in (*EMPTY_INDEX_BLOCKS, RETIRED_INDEXES)}
    for bucket in region.written_vector_buckets:
        blocks |= {block.address: {} for block in index_blocks(bucket)}
    for bucket in region.vector_buckets:
        for index in bucket.indexes:
            blocks[index_block_address(bucket, index)][index.address] = _index_row(region, bucket, index)
    return blocks


def spread_rows(region: Region) -> Rows:
    """Over how many blocks the indexes of the vector buckets are."""
    return {spread_key(bucket.key, bucket.index_blocks.count): {} for bucket in region.vector_buckets}


def remembered_spread_rows(region: Region) -> Rows:
    """The same by vector bucket: `spread` is its key there."""
    return {
        bucket.key: {
            "count": bucket.index_blocks.count,
            "spread": spread_key(bucket.key, bucket.index_blocks.count),
        }
        for bucket in region.vector_buckets
    }


def _index_row(region: Region, bucket: VectorBucket, index: Index) -> dict[str, Any]:
    keys = INDEX["non_filterable_metadata_keys"]
    return {
        "name": index.name,
        VECTOR_BUCKET["name"].argument: bucket.name,
        **{row.argument: literal(row.of(index)) for row in INDEX.passed_on},
        keys.argument: [{keys.inside: literal(list(index.non_filterable_metadata_keys))}]
        if index.non_filterable_metadata_keys
        else [],
        INDEX["encryption"].argument: _encryption_configuration(
            region, bucket, index.encryption, bucket.encryption
        ),
        "tags": literal(index_tags(index)),
    }


def vector_bucket_policy_rows(environment: Environment, region: Region) -> Rows:
    """The resource policies of the vector buckets."""
    return {
        bucket.key: {
            "vector_bucket_arn": bucket_arn(environment, region, bucket),
            "policy": literal(compact(bucket_policy(environment, region, bucket))),
        }
        for bucket in region.vector_buckets
    }


def _buckets(region: Region, protected: bool) -> list[VectorBucket]:
    return [bucket for bucket in region.vector_buckets if bucket.deletion_protection is protected]


def _encryption_configuration(
    region: Region, bucket: VectorBucket, encryption: Encryption | None, inherited: Encryption
) -> list[dict[str, Any]]:
    """Empty for what is inherited: by an index from its bucket, by a bucket (SSE-S3) from the service.

    The ARN of a key that is created is not known before the apply: it is read from the key.
    """
    if encryption is None or encryption == inherited:
        return []
    created = created_key(region, bucket, encryption)
    arn = f"${{{encryption_key_address(*created)}.arn}}" if created else encryption.kms_key_arn
    sse_type, key = ENCRYPTION["sse_type"], ENCRYPTION["kms_key_arn"]
    return [{sse_type.argument: sse_type.of(encryption), key.argument: arn}]
