"""The entries that `moved` and `retired` may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vectorform.desired.model import Environment, Index, VectorBucket
from vectorform.language.nodes import Node
from vectorform.language.rules.subjects import Configuration


def written_entries(configuration: Configuration) -> Mapping[str, Node]:
    """Every vector bucket and index of any region by its key; the first of each."""
    entries: dict[str, Node] = {}
    for tree in configuration.regions:
        for bucket, node in tree.vector_buckets.mapping.items():
            entries.setdefault(bucket, node)
            indexes = node.mapping.get("indexes")
            for index, child in indexes.mapping.items() if indexes else ():
                entries.setdefault(f"{bucket}/{index}", child)
    return entries


def known(configuration: Configuration, address: str) -> bool:
    """Whether what may stand at a key is known at all: not where the place of it was refused."""
    if not configuration.regions:
        return False
    bucket = address.partition("/")[0]
    for tree in configuration.regions:
        if tree.vector_buckets.broken:
            return False
        node = tree.vector_buckets.mapping.get(bucket)
        indexes = node.mapping.get("indexes") if node is not None else None
        if node is not None and "/" in address and (node.broken or indexes is None or indexes.broken):
            return False
    return True


def same_kind(entries: Mapping[str, Node], like: str) -> list[str]:
    """The keys of buckets, or those of indexes."""
    return [key for key in entries if ("/" in key) == ("/" in like)]


def retired_indexes(environment: Environment) -> Iterator[tuple[VectorBucket, Index]]:
    """Every index that is retired, in each region."""
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for index in bucket.written_indexes:
                if index.retirement:
                    yield bucket, index
