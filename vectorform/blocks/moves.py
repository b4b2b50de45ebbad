"""`moved` and `removed` blocks: how a resource follows its YAML through keys, protection and retirement.

Its address spells its key and its protection, so both change it; without a move Terraform would delete the
one and create the other. All addresses that it may have had form one chain that ends where it is now (an
address can be the target of one move only). A move whose origin is not in the state does nothing
(Terraform language, "Refactoring").

What may be deleted depends on the state, which is not known here; the chains see to it. Only a retired index
is moved to where it is deleted: one that is still among the protected has no such move, and
`prevent_destroy` keeps it. So a retirement has to be applied before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from vectorform.desired.addresses import (
    CONFIRMED_DELETIONS,
    ENCRYPTION_KEY_ALIASES,
    ENCRYPTION_KEYS,
    INDEXES,
    RETIRED_INDEXES,
    UNPROTECTED_ENCRYPTION_KEY_ALIASES,
    UNPROTECTED_ENCRYPTION_KEYS,
    UNPROTECTED_INDEXES,
    UNPROTECTED_VECTOR_BUCKETS,
    VECTOR_BUCKET_POLICIES,
    VECTOR_BUCKETS,
    index_block,
    instance,
    kept_index_address,
)
from vectorform.desired.former_keys import former_keys
from vectorform.desired.model import Environment, Index, Region, VectorBucket

# Those of protected vector buckets first, then the others.
_BUCKET_BLOCKS = (
    (VECTOR_BUCKETS, UNPROTECTED_VECTOR_BUCKETS),
    (ENCRYPTION_KEYS, UNPROTECTED_ENCRYPTION_KEYS),
    (ENCRYPTION_KEY_ALIASES, UNPROTECTED_ENCRYPTION_KEY_ALIASES),
)
_INDEX_BLOCKS = (INDEXES, UNPROTECTED_INDEXES, RETIRED_INDEXES)


def moves(environment: Environment, region: Region) -> list[dict[str, str]]:
    """The `moved` blocks of one stack."""
    return [
        {"from": origin, "to": target}
        for bucket in region.vector_buckets
        for chain in _chains(environment, bucket)
        for origin, target in pairwise(chain)
    ]


def removals(region: Region) -> list[dict[str, Any]]:
    """The `removed` blocks of one stack: indexes that Terraform forgets and leaves in AWS."""
    return [
        {"from": kept_index_address(index.address), "lifecycle": {"destroy": False}}
        for bucket in region.vector_buckets
        for index in bucket.leaving
        if index.retirement and index.retirement.keep
    ]


def _chains(environment: Environment, bucket: VectorBucket) -> Iterator[list[str]]:
    keys = former_keys(environment.moved, bucket.key)
    for blocks in _BUCKET_BLOCKS if bucket.encryption.create_key else _BUCKET_BLOCKS[:1]:
        yield _chain(keys, blocks[::-1] if bucket.deletion_protection else blocks)
    yield _chain(keys, [VECTOR_BUCKET_POLICIES])
    for index in bucket.indexes:
        keys = former_keys(environment.moved, index.address)
        yield _chain(keys, _ending_with(index_block(bucket, index), _INDEX_BLOCKS))
    for index in bucket.leaving:
        yield _chain_out(former_keys(environment.moved, index.address), index)


def _chain_out(keys: Sequence[str], index: Index) -> list[str]:
    """Forgetting loses nothing, so it starts anywhere; deleting starts from the retired alone."""
    if index.retirement and index.retirement.keep:
        return [*_chain(keys, _INDEX_BLOCKS), kept_index_address(index.address)]
    return [*_chain(keys, [RETIRED_INDEXES]), instance(CONFIRMED_DELETIONS, index.address)]


def _chain(keys: Sequence[str], blocks: Sequence[str]) -> list[str]:
    return [instance(block, key) for key in keys for block in blocks]


def _ending_with(block: str, blocks: Sequence[str]) -> list[str]:
    return [*(other for other in blocks if other != block), block]
