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
    kept_address,
)
from vectorform.desired.former_keys import former_keys
from vectorform.desired.model import Environment, Region, VectorBucket

# Those of protected vector buckets first, then the others.
_BUCKET_BLOCKS = (
    (VECTOR_BUCKETS, UNPROTECTED_VECTOR_BUCKETS),
    (ENCRYPTION_KEYS, UNPROTECTED_ENCRYPTION_KEYS),
    (ENCRYPTION_KEY_ALIASES, UNPROTECTED_ENCRYPTION_KEY_ALIASES),
)
_INDEX_BLOCKS = (INDEXES, UNPROTECTED_INDEXES, RETIRED_INDEXES)


def moves(environment: Environment, region: Region) -> list[dict[str, str]]:
    """The `moved` blocks of one stack."""
    chains = [chain for bucket in region.vector_buckets for chain in _chains(environment, bucket)]
    chains += _forgotten(environment, region)
    return [{"from": origin, "to": target} for chain in chains for origin, target in pairwise(chain)]


def removals(environment: Environment, region: Region) -> list[dict[str, Any]]:
    """The `removed` blocks of one stack: what Terraform forgets and leaves in AWS."""
    forgotten = _forgotten(environment, region)
    return [{"from": chain[-1], "lifecycle": {"destroy": False}} for chain in forgotten]


def _forgotten(environment: Environment, region: Region) -> Iterator[list[str]]:
    """The chains of indexes that are kept, and of all that belongs to vector buckets that are let go."""
    for bucket in region.written_vector_buckets:
        for index in bucket.leaving:
            if index.retirement and index.retirement.keep:
                yield _to_forget(_chain(former_keys(environment.moved, index.address), _INDEX_BLOCKS))
    for bucket in region.leaving:
        for chain in _chains(environment, bucket):
            yield _to_forget(chain)


def _to_forget(chain: list[str]) -> list[str]:
    """Forgetting loses nothing, so it starts anywhere."""
    kind, _, rest = chain[-1].partition(".")
    return [*chain, kept_address(kind, rest.partition('["')[2].removesuffix('"]'))]


def _chains(environment: Environment, bucket: VectorBucket) -> Iterator[list[str]]:
    keys = former_keys(environment.moved, bucket.key)
    for blocks in _BUCKET_BLOCKS if bucket.encryption.create_key else _BUCKET_BLOCKS[:1]:
        yield _chain(keys, blocks[::-1] if bucket.deletion_protection else blocks)
    yield _chain(keys, [VECTOR_BUCKET_POLICIES])
    for index in bucket.indexes:
        keys = former_keys(environment.moved, index.address)
        yield _chain(keys, _ending_with(index_block(bucket, index), _INDEX_BLOCKS))
    for index in bucket.leaving:
        if index.retirement and index.retirement.confirm_destroy:
            # Deleting starts from the retired alone.
            keys = former_keys(environment.moved, index.address)
            yield [*_chain(keys, [RETIRED_INDEXES]), instance(CONFIRMED_DELETIONS, index.address)]


def _chain(keys: Sequence[str], blocks: Sequence[str]) -> list[str]:
    return [instance(block, key) for key in keys for block in blocks]


def _ending_with(block: str, blocks: Sequence[str]) -> list[str]:
    return [*(other for other in blocks if other != block), block]
