"""Desired states for tests, built in one place: what a test does not care about has a plain value here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vectorform.desired.model import Access, Environment, Grant, Index, Region, VectorBucket

ACCOUNT = "123456789012"


def index(key: str = "pages", *, bucket: str = "documents", **values: Any) -> Index:
    """An index of 4 dimensions, in the vector bucket whose key is `bucket`."""
    plain = Index(key, f"{bucket}/{key}", key, dimension=4, distance_metric="cosine")
    return replace(plain, **values)


def vector_bucket(*indexes: Index, key: str = "documents", **values: Any) -> VectorBucket:
    """A protected vector bucket with these indexes, named like its key."""
    return replace(VectorBucket(key, key, indexes=indexes), **values)


def region(*vector_buckets: VectorBucket, name: str = "eu-west-1", **values: Any) -> Region:
    return replace(Region(name, vector_buckets), **values)


def access(key: str = "reader", *, bucket: str = "documents", **values: Any) -> Access:
    """Reading all indexes of the vector bucket whose key is `bucket`, under a policy named like the key."""
    return replace(Access(key, key, "read", (Grant(bucket),)), **values)


def environment(*regions: Region | str, name: str = "prod", **values: Any) -> Environment:
    """An environment of these regions, home region first. A name is a region without vector buckets."""
    whole = tuple(region(name=one) if isinstance(one, str) else one for one in regions or ("eu-west-1",))
    return replace(Environment(name, "search", ACCOUNT, whole), **values)


def in_waves(*waves: Sequence[str], **values: Any) -> Environment:
    """An environment whose regions, without vector buckets, are deployed in these waves."""
    regions = [name for wave in waves for name in wave]
    return environment(*regions, waves=tuple(map(tuple, waves)), **values)
