"""`moved` and `removed` blocks: how a resource follows its YAML through keys, blocks and retirement.

Its address spells its key and its block, so both change it; without a move Terraform would delete the one
and create the other. A move whose origin is not in the state does nothing (Terraform language,
"Refactoring"). An address can be the target of one move only, and a block that is declared cannot move.

A change of a bucket's protection moves whole blocks, so a plan does not carry a move for every index. An
index moves by itself when its key, its spread or its retirement changes, and from where it was before its
bucket had blocks of its own. Where the state is known, these are the moves that it needs, region by region,
and no others. Where it is not, they are all that may be needed (`vectorform.blocks.origins`).

What may be deleted depends on the state as well, and the moves see to it: only a retired index is moved to
where it is deleted. One that is still among the protected has no such move, and `prevent_destroy` keeps it.
So a retirement must be applied before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from vectorform.blocks.knowledge_base_moves import knowledge_base_moves
from vectorform.blocks.origins import origins
from vectorform.desired import kinds
from vectorform.desired.addresses import (
    CONFIRMED_DELETIONS,
    ENCRYPTION_KEY_ALIASES,
    ENCRYPTION_KEYS,
    REMEMBERED_SPREAD,
    RETIRED_INDEXES,
    SPREAD_IS_REMEMBERED,
    UNPROTECTED_ENCRYPTION_KEY_ALIASES,
    UNPROTECTED_ENCRYPTION_KEYS,
    UNPROTECTED_VECTOR_BUCKETS,
    VECTOR_BUCKET_POLICIES,
    VECTOR_BUCKETS,
    index_address,
    instance,
    kept_address,
)
from vectorform.desired.created_keys import former_names
from vectorform.desired.former_keys import former_keys
from vectorform.desired.index_blocks import index_blocks, spread_key, with_protection
from vectorform.desired.model import Environment, Index, Key, Region, VectorBucket
from vectorform.desired.placement import Placement

# Those of protected vector buckets first, then the others.
_KEY_BLOCKS = (
    (ENCRYPTION_KEYS, UNPROTECTED_ENCRYPTION_KEYS),
    (ENCRYPTION_KEY_ALIASES, UNPROTECTED_ENCRYPTION_KEY_ALIASES),
)
_BUCKET_BLOCKS = ((VECTOR_BUCKETS, UNPROTECTED_VECTOR_BUCKETS), *_KEY_BLOCKS)


def moves(environment: Environment, region: Region, placement: Placement | None) -> list[dict[str, str]]:
    """The `moved` blocks of one stack. `placement` None: where its state has the indexes is not known."""
    found = [
        step
        for bucket in region.written_vector_buckets
        for step in _moves(environment, bucket, placement, let_go=bucket in region.leaving)
    ]
    for key in region.keys:
        found += _of_key(former_names(environment.moved, key), key)
    found += knowledge_base_moves(environment, region)
    return [{"from": origin, "to": target} for origin, target in found]


def removals(region: Region) -> list[dict[str, Any]]:
    """The `removed` blocks of one stack: what Terraform forgets and leaves in AWS."""
    return [{"from": address, "lifecycle": {"destroy": False}} for address in _forgotten(region)]


def _forgotten(region: Region) -> Iterator[str]:
    """Indexes that are kept, and all that belongs to vector buckets that are let go."""
    for bucket in region.written_vector_buckets:
        for index in bucket.leaving:
            if index.retirement and index.retirement.keep:
                yield kept_address(kinds.INDEX.type, index.address)
    for bucket in region.leaving:
        for blocks in _blocks(bucket):
            yield kept_address(blocks[0].partition(".")[0], bucket.key)
        for index in bucket.indexes:
            yield kept_address(kinds.INDEX.type, index.address)


def _moves(
    environment: Environment, bucket: VectorBucket, placement: Placement | None, *, let_go: bool
) -> Iterator[tuple[str, str]]:
    keys = former_keys(environment.moved, bucket.key)
    for blocks in _blocks(bucket):
        chain = _chain(keys, blocks[::-1] if bucket.deletion_protection else blocks)
        kept = [kept_address(blocks[0].partition(".")[0], bucket.key)] if let_go else []
        yield from pairwise([*chain, *kept])
    if placement is None:
        yield from _remembered_spread(bucket, keys)
    chains = []
    for index in bucket.indexes:
        way = [*origins(environment, bucket, index, placement), index_address(bucket, index)]
        chains.append([*way, kept_address(kinds.INDEX.type, index.address)] if let_go else way)
    for index in bucket.leaving:
        chains += _chain_out(environment, bucket, index, placement)
    yield from _whole_blocks(bucket, chains)
    for chain in chains:
        yield from pairwise(chain)


def _remembered_spread(bucket: VectorBucket, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is remembered of a bucket follows its key, and the number of its blocks as the file has it."""
    yield from pairwise(_chain(keys, [SPREAD_IS_REMEMBERED]))
    spreads = bucket.index_blocks
    former = (count for count in dict.fromkeys(spreads.former or ()) if count != spreads.count)
    numbers = [*former, spreads.count]
    names = [spread_key(key, number) for key in keys for number in numbers]
    yield from pairwise(_chain(names, [REMEMBERED_SPREAD]))


def _of_key(names: Sequence[str], key: Key) -> Iterator[tuple[str, str]]:
    """A key of the file's `keys`, and its alias, follow its name and its protection."""
    for blocks in _KEY_BLOCKS:
        yield from pairwise(_chain(names, blocks[::-1] if key.deletion_protection else blocks))


def _blocks(bucket: VectorBucket) -> Iterator[Sequence[str]]:
    """The blocks of a bucket, its policy and, if one is created, its key: that of the protected first."""
    yield from _BUCKET_BLOCKS if bucket.encryption.create_key else _BUCKET_BLOCKS[:1]
    yield (VECTOR_BUCKET_POLICIES,)


def _whole_blocks(bucket: VectorBucket, chains: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every block of the bucket, and every other one that its indexes may come from, out of its sibling.

    These precede the moves of single indexes, which start from the block with today's protection: Terraform
    follows a move of a block by those of its instances.
    """
    blocks = dict.fromkeys(block.address for block in index_blocks(bucket))
    blocks |= dict.fromkeys(address.partition("[")[0] for chain in chains for address in chain)
    for block in blocks:
        sibling = with_protection(block, not bucket.deletion_protection)
        if sibling != block:
            yield sibling, block


def _chain_out(
    environment: Environment, bucket: VectorBucket, index: Index, placement: Placement | None
) -> Iterator[list[str]]:
    """Forgetting loses nothing, so it starts anywhere; deleting starts from the retired alone."""
    if index.retirement and index.retirement.keep:
        yield [*origins(environment, bucket, index, placement), kept_address(kinds.INDEX.type, index.address)]
    else:
        keys = former_keys(environment.moved, index.address)
        yield [*_chain(keys, [RETIRED_INDEXES]), instance(CONFIRMED_DELETIONS, index.address)]


def _chain(keys: Sequence[str], blocks: Sequence[str]) -> list[str]:
    return [instance(block, key) for key in keys for block in blocks]
