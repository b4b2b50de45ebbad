"""Everything that Bedrock remembers, by account and region; with `--state` it is kept on disk."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Protocol, TypeVar

from s3vectors_local.bedrock.errors import not_found
from s3vectors_local.bedrock.resources import (
    DataSource,
    Ingested,
    IngestionJob,
    KnowledgeBase,
    Resource,
    Scope,
    restored,
)

Kind = TypeVar("Kind", bound=Resource)
_KINDS = {kind.__name__: kind for kind in (KnowledgeBase, DataSource, IngestionJob, Ingested)}


class Journal(Protocol):
    """Where documents are kept: `kind`, account, region and id name one, `text` is JSON."""

    def documents(self) -> Iterable[tuple[str, str, str, str]]:
        """(kind, account, region, text) of everything that is kept."""

    def save_document(self, kind: str, account: str, region: str, name: str, text: str) -> None:
        """Keep a document."""

    def remove_document(self, kind: str, account: str, region: str, name: str) -> None:
        """Forget a document."""


class Store:
    """Resources by kind, scope and id. Thread-safe; `lock` makes several steps one."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.lock = threading.RLock()
        self._journal = journal
        self._found: dict[tuple[str, Scope], dict[str, Resource]] = {}
        for name, account, region, text in journal.documents() if journal else ():
            kind = _KINDS[name]
            resource = restored(kind, json.loads(text))
            if isinstance(resource, IngestionJob) and not resource.over:  # its process is gone
                reasons = ("The local AWS ended while the job was running.",)
                resource = replace(resource, status="FAILED", failure_reasons=reasons)
            self._of(kind, Scope(account, region))[resource.id] = resource

    def save(self, scope: Scope, resource: Resource) -> None:
        """Add a resource, or replace what is known of it."""
        with self.lock:
            if self._journal:
                kind = type(resource).__name__
                text = json.dumps(asdict(resource))
                self._journal.save_document(kind, scope.account, scope.region, resource.id, text)
            self._of(type(resource), scope)[resource.id] = resource

    def remove(self, scope: Scope, resource: Resource) -> None:
        """Forget a resource."""
        with self.lock:
            if self._journal:
                kind = type(resource).__name__
                self._journal.remove_document(kind, scope.account, scope.region, resource.id)
            self._of(type(resource), scope).pop(resource.id, None)

    def all(self, kind: type[Kind], scope: Scope) -> Iterator[Kind]:
        """All of a kind, in the order of their creation."""
        with self.lock:
            found = list(self._of(kind, scope).values())
        for resource in found:
            assert isinstance(resource, kind), "a kind has resources of its own alone"
            yield resource

    def find(self, kind: type[Kind], scope: Scope, name: str) -> Kind | None:
        """The resource of that id, or None."""
        with self.lock:
            found = self._of(kind, scope).get(name)
        assert found is None or isinstance(found, kind), "a kind has resources of its own alone"
        return found

    def knowledge_base(self, scope: Scope, name: str) -> KnowledgeBase:
        """Raises ResourceNotFound."""
        found = self.find(KnowledgeBase, scope, name)
        if found is None:
            raise not_found()
        return found

    def data_source(self, scope: Scope, knowledge_base: str, name: str) -> DataSource:
        """Raises ResourceNotFound, also for that of another knowledge base."""
        found = self.find(DataSource, scope, name)
        if found is None or found.knowledge_base != knowledge_base:
            raise not_found()
        return found

    def data_sources(self, scope: Scope, knowledge_base: str) -> list[DataSource]:
        """The data sources of a knowledge base."""
        return [one for one in self.all(DataSource, scope) if one.knowledge_base == knowledge_base]

    def jobs(self, scope: Scope, data_source: str) -> list[IngestionJob]:
        """The ingestion jobs of a data source, the newest first."""
        found = [job for job in self.all(IngestionJob, scope) if job.data_source == data_source]
        return found[::-1]

    def ingested(self, scope: Scope, data_source: str) -> list[Ingested]:
        """The documents of a data source that have vectors."""
        return [document for document in self.all(Ingested, scope) if document.data_source == data_source]

    def _of(self, kind: type[Resource], scope: Scope) -> dict[str, Resource]:
        return self._found.setdefault((kind.__name__, scope), {})
