"""What one account has in one region: its buckets, its indexes and their vectors."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Protocol

from s3vectors_local.s3vectors.records import Matrix, Metadata, Records
from s3vectors_local.s3vectors.resources import Bucket, Index


class Journal(Protocol):
    """Where changes are kept. Called before memory changes, so what was answered is never lost."""

    def save_bucket(self, scope: tuple[str, str], bucket: Bucket) -> None: ...  # noqa: D102
    def remove_bucket(self, scope: tuple[str, str], name: str) -> None: ...  # noqa: D102
    def save_index(self, scope: tuple[str, str], index: Index) -> None: ...  # noqa: D102
    def remove_index(self, scope: tuple[str, str], bucket: str, name: str) -> None: ...  # noqa: D102
    def put_vectors(  # noqa: D102
        self,
        scope: tuple[str, str],
        index: Index,
        keys: Sequence[str],
        matrix: Matrix,
        metadata: Sequence[Metadata],
    ) -> None: ...
    def delete_vectors(self, scope: tuple[str, str], index: Index, keys: Sequence[str]) -> None: ...  # noqa: D102


class Store:
    """The S3 Vectors of one account and region.

    Callers hold `lock` for the whole of a request, which makes reads see every earlier write (the
    service is strongly consistent).
    """

    def __init__(self, account: str, region: str, journal: Journal | None = None) -> None:
        self.lock = threading.RLock()
        self._scope = (account, region)
        self._journal = journal
        self._buckets: dict[str, Bucket] = {}
        self._indexes: dict[str, dict[str, Index]] = {}
        self._records: dict[tuple[str, str], Records] = {}

    def keep_in(self, journal: Journal) -> None:
        """Write every change from now on to a journal."""
        self._journal = journal

    def bucket(self, name: str) -> Bucket | None:
        """The bucket of that name, or None."""
        return self._buckets.get(name)

    def buckets(self) -> Iterable[Bucket]:
        """All buckets, in no order."""
        return self._buckets.values()

    def index(self, bucket: str, name: str) -> Index | None:
        """The index of that name in that bucket, or None."""
        return self._indexes.get(bucket, {}).get(name)

    def indexes(self, bucket: str) -> dict[str, Index]:
        """The indexes of a bucket by name."""
        return self._indexes.get(bucket, {})

    def records(self, index: Index) -> Records:
        """The vectors of an index."""
        return self._records[index.bucket, index.name]

    def save_bucket(self, bucket: Bucket) -> None:
        """Create a bucket, or replace what is known of it."""
        if self._journal:
            self._journal.save_bucket(self._scope, bucket)
        self._buckets[bucket.name] = bucket
        self._indexes.setdefault(bucket.name, {})

    def remove_bucket(self, bucket: Bucket) -> None:
        """Remove a bucket, which has no indexes left."""
        if self._journal:
            self._journal.remove_bucket(self._scope, bucket.name)
        del self._buckets[bucket.name]
        del self._indexes[bucket.name]

    def save_index(self, index: Index) -> None:
        """Create an index, or replace what is known of it; its vectors stay."""
        if self._journal:
            self._journal.save_index(self._scope, index)
        self._indexes[index.bucket][index.name] = index
        self._records.setdefault((index.bucket, index.name), Records(index.dimension))

    def remove_index(self, index: Index) -> None:
        """Remove an index and its vectors."""
        if self._journal:
            self._journal.remove_index(self._scope, index.bucket, index.name)
        del self._indexes[index.bucket][index.name]
        del self._records[index.bucket, index.name]

    def put_vectors(
        self, index: Index, keys: Sequence[str], matrix: Matrix, metadata: Sequence[Metadata]
    ) -> None:
        """Add or replace vectors, all of them or none."""
        if self._journal:
            self._journal.put_vectors(self._scope, index, keys, matrix, metadata)
        self.records(index).put(keys, matrix, metadata)

    def delete_vectors(self, index: Index, keys: Sequence[str]) -> None:
        """Remove vectors; unknown keys are nothing to do."""
        if self._journal:
            self._journal.delete_vectors(self._scope, index, keys)
        self.records(index).delete(keys)


class Stores:
    """A store per account and region, made when first asked for."""

    def __init__(self) -> None:
        # Names of vector buckets that count as created before there was ENHANCED.
        self.older: frozenset[str] = frozenset()
        self._journal: Journal | None = None
        self._stores: dict[tuple[str, str], Store] = {}
        self._lock = threading.Lock()

    def keep_in(self, journal: Journal) -> None:
        """Write every change of every store from now on to a journal."""
        with self._lock:
            self._journal = journal
            for store in self._stores.values():
                store.keep_in(journal)

    def of(self, account: str, region: str) -> Store:
        """The store of an account in a region."""
        with self._lock:
            scope = (account, region)
            if scope not in self._stores:
                self._stores[scope] = Store(account, region, self._journal)
            return self._stores[scope]
