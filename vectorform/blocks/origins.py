"""Where a state may have an index: the addresses that it moves on from, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.addresses import (
    FORMER_INDEXES,
    FORMER_UNPROTECTED_INDEXES,
    RETIRED_INDEXES,
    index_block_address,
    instance,
)
from vectorform.desired.former_keys import former_keys
from vectorform.desired.index_blocks import IndexBlock, block_number, with_protection
from vectorform.desired.model import Environment, Index, VectorBucket
from vectorform.desired.placement import Placement


def origins(
    environment: Environment, bucket: VectorBucket, index: Index, placement: Placement | None
) -> list[str]:
    """The addresses, without the one of today for an index that is deployed.

    Those in a bucket's own blocks are spelled with its protection of today: whole blocks are moved first.
    """
    keys = former_keys(environment.moved, index.address)
    found = _possible(bucket, index, keys) if placement is None else _known(bucket, index, keys, placement)
    leaving = index.retirement is not None and index.retirement.keep
    today = None if leaving else instance(index_block_address(bucket, index), index.address)
    return [address for address in dict.fromkeys(found) if address != today]


def _known(bucket: VectorBucket, index: Index, keys: list[str], placement: Placement) -> Iterator[str]:
    """Where the state has it, under the youngest of its keys; nothing where it does not.

    One that has non-filterable keys in the state and none in the file stays where it is: among those without,
    the edit would be ignored instead of refused.
    """
    key = next((key for key in reversed(keys) if key in placement), None)
    if key is None:
        return
    placed = placement[key]
    keys_removed = not placed.keyless and not index.non_filterable_metadata_keys
    if keys_removed and index.retirement is None:
        return
    yield instance(with_protection(placed.block, bucket.deletion_protection), key)


def _possible(bucket: VectorBucket, index: Index, keys: list[str]) -> Iterator[str]:
    """Everywhere that it may be.

    Who writes `index_blocks` says with it how the indexes are spread in every region, so that nothing is left
    of the time before. Former numbers say how they may still be spread; today's among them, that they may be
    anywhere: where all were before, or among the retired.
    """
    spreads = bucket.index_blocks
    anywhere = spreads.former is None or spreads.count in spreads.former
    keyless = not index.non_filterable_metadata_keys
    for key in keys:
        bucket_key, _, index_key = key.partition("/")
        if anywhere:
            yield from (
                instance(block, key)
                for block in (FORMER_INDEXES, FORMER_UNPROTECTED_INDEXES, RETIRED_INDEXES)
            )
        # Given its first non-filterable key: Terraform then plans a replacement, and refuses it.
        kinds = (True, False) if anywhere and not keyless else (keyless,)
        for count in dict.fromkeys((*(spreads.former or ()), spreads.count)):
            number = block_number(index_key, count)
            for kind in kinds:
                block = IndexBlock(bucket_key, number, kind, bucket.deletion_protection)
                yield instance(block.address, key)
