"""The blocks of a vector bucket's indexes: which there are, and which an index is in.

Terraform's time grows with the square of the instances of one block, so every vector bucket has blocks of its
own, and a large one has several (`index_blocks`). A hash of its key says which an index is in: no other index
ever moves it.

An index without non-filterable metadata keys is in a block of its own kind, which ignores
`metadata_configuration`: once text search is on, AWS answers with a configuration that the file cannot name,
and the provider would plan a replacement.

Protection belongs to a block (`prevent_destroy` must be a constant) and to a bucket: either its protected
blocks exist or the unprotected ones, and a change of it moves whole blocks.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vectorform.desired import kinds
from vectorform.desired.model import Index, VectorBucket

# Above so many indexes in one block a plan takes noticeably longer than with more (benchmarks/README.md).
CROWDED_BLOCK = 300
_COMFORTABLE_BLOCK = 80
_MOST_BLOCKS = 256
_UNPROTECTED = "unprotected_"
_NAME = re.compile(rf"(?P<unprotected>{_UNPROTECTED})?(?:keyless_)?indexes_.+")


@dataclass(frozen=True, slots=True)
class IndexBlock:
    """One block of the bucket with the key `bucket`.

    `number` counts from 0; the block 0 has none in its name, as it is the only one of most buckets.
    `keyless`: of indexes without non-filterable metadata keys.
    """

    bucket: str
    number: int
    keyless: bool
    protected: bool

    @property
    def address(self) -> str:
        """Its address in Terraform, whose name is `indexes_documents`, for instance."""
        kind = f"{'' if self.protected else _UNPROTECTED}{'keyless_' if self.keyless else ''}indexes"
        number = f"_{self.number}" if self.number else ""
        return kinds.INDEX.block(f"{kind}_{in_names(self.bucket)}{number}")

    @property
    def other(self) -> IndexBlock:
        """The one that exists in its place when the bucket's protection is the other."""
        return replace(self, protected=not self.protected)


def index_blocks(bucket: VectorBucket) -> Iterator[IndexBlock]:
    """Every block of a bucket, with or without indexes in it."""
    for keyless in (False, True):
        for number in range(bucket.index_blocks.count):
            yield IndexBlock(bucket.key, number, keyless, bucket.deletion_protection)


def index_block(bucket: VectorBucket, index: Index) -> IndexBlock:
    """The block that an index is in, unless it is retired."""
    number = block_number(index.key, bucket.index_blocks.count)
    return IndexBlock(bucket.key, number, not index.non_filterable_metadata_keys, bucket.deletion_protection)


def block_number(index_key: str, count: int) -> int:
    """Which of `count` blocks the index with this key is in."""
    if count == 1:
        return 0
    digest = hashlib.sha256(index_key.encode()).digest()
    return int.from_bytes(digest[:8], "big") % count


def spread_key(bucket: str, count: int) -> str:
    """What a state that remembers it calls a spread of the indexes of the bucket with this key."""
    return f"{bucket}/{count}"


def blocks_for(indexes: int) -> int:
    """How many blocks so many indexes are best spread over: a power of two, with some room to grow."""
    count = 1
    while count < _MOST_BLOCKS and indexes / count > _COMFORTABLE_BLOCK:
        count *= 2
    return count


def with_protection(address: str, protected: bool) -> str:
    """The address of a bucket's index block when the bucket has (or lacks) protection; others as they are."""
    name = address.removeprefix(kinds.INDEX.block(""))
    match = _NAME.fullmatch(name)
    if match is None:
        return address
    name = name.removeprefix(match["unprotected"] or "")
    return kinds.INDEX.block(f"{'' if protected else _UNPROTECTED}{name}")


@functools.cache
def in_names(key: str) -> str:
    """A key as part of a block's name, where a dot may not stand and `_7` is a number.

    Two keys never give one name: what is not taken literally gets a hash of the key, which is no number.
    """
    if not re.search(r"[._]", key):
        return key
    return f"{key.replace('.', '-')}_k{hashlib.sha256(key.encode()).hexdigest()[:8]}"
