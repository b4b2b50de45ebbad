"""Names of index blocks, and which block an index is in."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.model import index, vector_bucket
from vectorform.desired.index_blocks import (
    CROWDED_BLOCK,
    IndexBlock,
    block_number,
    blocks_for,
    index_block,
    index_blocks,
    with_protection,
)
from vectorform.desired.model import IndexBlocks

# The schema's pattern of a key.
KEYS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", fullmatch=True)
# Those that are most easily confused.
ALIKE = st.text("a_.-17k", min_size=1, max_size=6).filter(lambda key: re.fullmatch(r"[a17k](.*[a17k])?", key))
BLOCKS = st.builds(IndexBlock, KEYS | ALIKE, st.integers(0, 255), st.booleans(), st.booleans())


@given(BLOCKS, BLOCKS)
def test_no_two_blocks_have_one_name_and_every_name_is_an_identifier(
    one: IndexBlock, two: IndexBlock
) -> None:
    assert (one.address == two.address) is (one == two)
    assert re.fullmatch(r"aws_s3vectors_index\.[a-z][A-Za-z0-9_-]*", one.address)


@given(BLOCKS)
def test_the_sibling_is_found_by_name_as_well(block: IndexBlock) -> None:
    for protected in (True, False):
        expected = block if block.protected is protected else block.other
        assert with_protection(block.address, protected) == expected.address
    assert block.other.other == block


def test_other_blocks_have_no_sibling() -> None:
    for name in ("indexes", "unprotected_indexes", "retired_indexes", "confirmed_deletions", "kept_0"):
        address = f"aws_s3vectors_index.{name}"
        assert with_protection(address, True) == with_protection(address, False) == address


def test_a_name_says_the_key_of_its_bucket() -> None:
    names = [
        IndexBlock(key, number, keyless=False, protected=True).address.partition(".")[2]
        for key, number in (("my-docs", 0), ("my-docs", 7), ("my_docs", 7), ("my.docs", 0))
    ]
    assert names[:2] == ["indexes_my-docs", "indexes_my-docs_7"]
    assert re.fullmatch(r"indexes_my_docs_k[0-9a-f]{8}_7", names[2])
    assert re.fullmatch(r"indexes_my-docs_k[0-9a-f]{8}", names[3])


def test_the_block_follows_from_the_key_alone_and_a_bucket_has_all_of_its_blocks() -> None:
    # Written down: another hash would move every index of every state.
    assert [block_number(f"tenant-{number}", 64) for number in range(5)] == [48, 14, 12, 5, 7]
    bucket = vector_bucket(index("tenant-3"), index_blocks=IndexBlocks(64, ()))
    assert index_block(bucket, bucket.indexes[0]).number == 5
    assert index_block(bucket, bucket.indexes[0]) in set(index_blocks(bucket))
    assert len(set(index_blocks(bucket))) == 128


def test_keys_spread_evenly() -> None:
    count = blocks_for(10_000)
    found = Counter(block_number(f"tenant-{number}", count) for number in range(10_000))
    assert len(found) == count and max(found.values()) < CROWDED_BLOCK / 2


def test_more_indexes_never_want_fewer_blocks_and_what_is_proposed_is_not_crowded() -> None:
    counts = [blocks_for(indexes) for indexes in range(1, 10_001)]
    assert counts == sorted(counts) and counts[0] == 1
    assert all(indexes / count < CROWDED_BLOCK for indexes, count in enumerate(counts, 1))
