"""What `--state DIR` keeps: S3 Vectors and Bedrock in an SQLite file, moto's services in a pickle next to it.

Every change is on its way to the disk before it is answered, so ending the process at any moment,
SIGKILL included, loses nothing that was answered. A power failure may.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np

from s3vectors_local.moto_services import Moto
from s3vectors_local.s3vectors.records import Matrix, Metadata
from s3vectors_local.s3vectors.resources import Bucket, Encryption, Index, TextSearch
from s3vectors_local.s3vectors.store import Stores

_FORMAT = 1
_SCHEMA = """
create table if not exists buckets (
  account text, region text, name text, document text, primary key (account, region, name));
create table if not exists indexes (
  id integer primary key, account text, region text, bucket text, name text, document text,
  unique (account, region, bucket, name));
create table if not exists vectors (
  position integer primary key, index_id integer not null references indexes (id) on delete cascade,
  key text not null, data blob not null, metadata text not null, unique (index_id, key));
create table if not exists documents (
  position integer primary key, kind text, account text, region text, name text, document text,
  unique (kind, account, region, name));
"""

Scope = tuple[str, str]


class StateError(OSError):
    """The state directory cannot be used; the message says why and what to do."""


class State:
    """An open state directory: a Journal for the stores, and a file for moto. Thread-safe."""

    def __init__(self, directory: Path, lock: IO[str], database: sqlite3.Connection) -> None:
        self._directory = directory
        self._held = lock
        self._database = database
        self._guard = threading.Lock()

    @classmethod
    def open(cls, directory: Path) -> State:
        """Open or create a state directory, for this process alone. Raises StateError, OSError."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StateError(f"{directory} is in use by another local AWS; end that one first") from None
        path = directory / "s3vectors.sqlite"
        database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            database.execute("pragma journal_mode = wal")
            database.execute("pragma synchronous = normal")
            database.execute("pragma foreign_keys = on")
            version = database.execute("pragma user_version").fetchone()[0]
            if version not in (0, _FORMAT):
                raise StateError(f"{path} has format {version}, not {_FORMAT}; remove {directory}")
            database.executescript(_SCHEMA)
            database.execute(f"pragma user_version = {_FORMAT}")
        except (sqlite3.DatabaseError, StateError) as problem:
            database.close()
            lock.close()
            if isinstance(problem, StateError):
                raise
            raise StateError(f"{path} is damaged ({problem}); remove {directory} to start anew") from problem
        return cls(directory, lock, database)

    def close(self) -> None:
        """Let go of the directory."""
        with self._guard:
            self._database.close()
            self._held.close()

    def restore(self, moto: Moto) -> tuple[Stores, Callable[[], None]]:
        """Stores filled with what was kept, and what is to be called when moto has changed.

        Raises StateError.
        """
        stores = Stores()
        for account, region, document in self._rows("select account, region, document from buckets"):
            stores.of(account, region).save_bucket(_bucket(json.loads(document)))
        for number, account, region, document in self._rows(
            "select id, account, region, document from indexes"
        ):
            index = _index(json.loads(document))
            store = stores.of(account, region)
            store.save_index(index)
            for keys, matrix, metadata in self._vectors(number, index.dimension):
                store.put_vectors(index, keys, matrix, metadata)
        stores.keep_in(self)
        file = self._directory / "moto.pickle"
        if file.exists():
            try:
                moto.load(file.read_bytes())
            except ValueError as problem:
                raise StateError(f"{file}: {problem}; remove {self._directory} to start anew") from problem
        return stores, lambda: self._save_moto(moto)

    def save_bucket(self, scope: Scope, bucket: Bucket) -> None:
        """Keep a bucket."""
        with self._transaction() as database:
            database.execute(
                "insert or replace into buckets values (?, ?, ?, ?)",
                (*scope, bucket.name, json.dumps(asdict(bucket))),
            )

    def remove_bucket(self, scope: Scope, name: str) -> None:
        """Forget a bucket."""
        with self._transaction() as database:
            database.execute(
                "delete from buckets where account = ? and region = ? and name = ?", (*scope, name)
            )

    def save_index(self, scope: Scope, index: Index) -> None:
        """Keep an index; its vectors stay as they are."""
        with self._transaction() as database:
            database.execute(
                "insert into indexes (account, region, bucket, name, document) values (?, ?, ?, ?, ?)"
                " on conflict do update set document = excluded.document",
                (*scope, index.bucket, index.name, json.dumps(asdict(index))),
            )

    def remove_index(self, scope: Scope, bucket: str, name: str) -> None:
        """Forget an index and its vectors."""
        with self._transaction() as database:
            database.execute(
                "delete from indexes where account = ? and region = ? and bucket = ? and name = ?",
                (*scope, bucket, name),
            )

    def put_vectors(
        self, scope: Scope, index: Index, keys: Sequence[str], matrix: Matrix, metadata: Sequence[Metadata]
    ) -> None:
        """Keep vectors, all of them or none. A replaced vector keeps its place in the order."""
        with self._transaction() as database:
            number = self._number(scope, index)
            database.executemany(
                "insert into vectors (index_id, key, data, metadata) values (?, ?, ?, ?)"
                " on conflict do update set data = excluded.data, metadata = excluded.metadata",
                (
                    (number, key, row.tobytes(), json.dumps(entry))
                    for key, row, entry in zip(keys, matrix, metadata, strict=True)
                ),
            )

    def delete_vectors(self, scope: Scope, index: Index, keys: Sequence[str]) -> None:
        """Forget vectors."""
        with self._transaction() as database:
            number = self._number(scope, index)
            database.executemany(
                "delete from vectors where index_id = ? and key = ?", ((number, key) for key in keys)
            )

    def documents(self) -> list[tuple[str, str, str, str]]:
        """(kind, account, region, text) of what Bedrock has kept, in the order of creation."""
        with self._guard:
            rows = self._rows("select kind, account, region, document from documents order by position")
        return [(str(kind), str(account), str(region), str(text)) for kind, account, region, text in rows]

    def save_document(self, kind: str, account: str, region: str, name: str, text: str) -> None:
        """Keep a document of Bedrock's."""
        with self._transaction() as database:
            database.execute(
                "insert into documents (kind, account, region, name, document) values (?, ?, ?, ?, ?)"
                " on conflict do update set document = excluded.document",
                (kind, account, region, name, text),
            )

    def remove_document(self, kind: str, account: str, region: str, name: str) -> None:
        """Forget a document of Bedrock's."""
        with self._transaction() as database:
            database.execute(
                "delete from documents where kind = ? and account = ? and region = ? and name = ?",
                (kind, account, region, name),
            )

    def _save_moto(self, moto: Moto) -> None:
        with self._guard:
            state = moto.dump()
            if state is None:
                return
            new = self._directory / "moto.pickle.new"
            new.write_bytes(state)
            new.replace(self._directory / "moto.pickle")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            self._database.execute("begin immediate")
            try:
                yield self._database
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def _number(self, scope: Scope, index: Index) -> int:
        found = self._database.execute(
            "select id from indexes where account = ? and region = ? and bucket = ? and name = ?",
            (*scope, index.bucket, index.name),
        ).fetchone()
        return int(found[0])

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()

    def _vectors(self, number: int, dimension: int) -> Iterator[tuple[list[str], Matrix, list[Metadata]]]:
        found = self._database.execute(
            "select key, data, metadata from vectors where index_id = ? order by position", (number,)
        )
        while some := found.fetchmany(1_000):
            matrix = np.frombuffer(b"".join(row[1] for row in some), dtype=np.float32)
            yield (
                [row[0] for row in some],
                matrix.reshape(-1, dimension),
                [json.loads(row[2]) for row in some],
            )


def _bucket(document: dict[str, Any]) -> Bucket:
    return Bucket(**{**document, "encryption": Encryption(**document["encryption"])})


def _index(document: dict[str, Any]) -> Index:
    return Index(
        **{
            **document,
            "encryption": Encryption(**document["encryption"]),
            "non_filterable": tuple(document["non_filterable"]),
            "text_search": tuple(TextSearch(**search) for search in document["text_search"]),
        }
    )
