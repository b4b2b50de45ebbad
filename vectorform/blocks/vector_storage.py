"""Vector buckets, their indexes and their resource policies."""

from __future__ import annotations

from collections.abc import Sequence

from vectorform.blocks.for_each import each, each_map, each_number, lifecycle
from vectorform.blocks.framework import (
    Construct,
    S3VectorsIndex,
    S3VectorsVectorBucket,
    S3VectorsVectorBucketPolicy,
    TerraformResource,
)
from vectorform.blocks.remembered_models import before_indexes, remember_models
from vectorform.blocks.remembered_spread import remember_spread
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.index_blocks import index_blocks
from vectorform.desired.model import Region

# What a block of indexes without such keys leaves alone.
_KEYS = INDEX["non_filterable_metadata_keys"].argument


def add_vector_storage(
    stack: Construct, region: Region, others: Sequence[TerraformResource]
) -> list[TerraformResource]:
    """The blocks of all three. `others` are all further blocks of the stack."""
    remembered = remember_spread(stack)
    models = remember_models(stack, region)
    awaited = before_indexes(region, models)
    protected = _vector_buckets(stack, addresses.VECTOR_BUCKETS, protected=True)
    unprotected = _vector_buckets(stack, addresses.UNPROTECTED_VECTOR_BUCKETS, protected=False)
    # Only what is moved on from here, once its deletion is confirmed, can be deleted.
    retired = _indexes(stack, addresses.RETIRED_INDEXES, protected, protected=True, keyless=True)
    blocks = [*remembered, *models, protected, unprotected, retired]
    for former in addresses.EMPTY_INDEX_BLOCKS:
        blocks.append(_indexes(stack, former, protected, protected=True, keyless=False))
    # Also for those that are let go: the protection outlives an entry that was deleted meanwhile.
    for bucket in region.written_vector_buckets:
        buckets = protected if bucket.deletion_protection else unprotected
        for block in index_blocks(bucket):
            indexes = _indexes(
                stack,
                block.address,
                buckets,
                remembered[-1],  # which waits for the other
                *awaited,
                protected=block.protected,
                keyless=block.keyless,
            )
            blocks.append(indexes)
    return [*blocks, _vector_bucket_policies(stack, [*blocks, *others])]


def _vector_buckets(stack: Construct, block: str, *, protected: bool) -> TerraformResource:
    buckets: TerraformResource = S3VectorsVectorBucket(
        stack,
        block_name(block),
        vector_bucket_name=each("name"),
        tags=each_map("tags"),
        lifecycle=lifecycle(protected),
    )
    return buckets


def _indexes(
    stack: Construct, block: str, *before: TerraformResource, protected: bool, keyless: bool
) -> TerraformResource:
    """One block; `keyless` where indexes without non-filterable keys may be (`desired.index_blocks`)."""
    indexes: TerraformResource = S3VectorsIndex(
        stack,
        block_name(block),
        depends_on=list(before),
        index_name=each("name"),
        vector_bucket_name=each(VECTOR_BUCKET["name"].argument),
        tags=each_map("tags"),
        **{
            row.argument: each_number(row.argument) if row.form == "number" else each(row.argument)
            for row in INDEX.passed_on
            if not row.newer
        },
        lifecycle=lifecycle(protected, *([_KEYS] if keyless else [])),
    )
    return indexes


def _vector_bucket_policies(stack: Construct, others: Sequence[TerraformResource]) -> TerraformResource:
    # The ARN is built from names, so that a policy may name its own bucket without a cycle; what it
    # therefore does not refer to, it must be told to wait for. It waits for the indexes as well: what
    # was protected before an apply is so until everything else in it is done (desired.policies). And
    # since what waits for others is destroyed before them, AWS's refusal to delete the policy of a protected
    # bucket comes first: a destroy that it refuses has deleted nothing, IAM neither.
    policies: TerraformResource = S3VectorsVectorBucketPolicy(
        stack,
        block_name(addresses.VECTOR_BUCKET_POLICIES),
        depends_on=others,
        vector_bucket_arn=each("vector_bucket_arn"),
        policy=each("policy"),
    )
    return policies
