"""One run of an ingestion job: what has changed in the bucket since the last one is embedded again.

Everything is done as the knowledge base's role. Metadata keys: Amazon Bedrock User Guide, "Prerequisites for
using a vector store" (the fields of S3 Vectors) and "Retrieve" (the keys of results).
"""

from __future__ import annotations

import json
import sys
import time
import traceback
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from s3vectors_local.bedrock.chunking import Chunk, chunks
from s3vectors_local.bedrock.context import Services
from s3vectors_local.bedrock.deletion import delete_vectors
from s3vectors_local.bedrock.documents import (
    Document,
    Unreadable,
    attributes,
    check_format,
    documents,
    text_of,
)
from s3vectors_local.bedrock.embedding import embed
from s3vectors_local.bedrock.resources import (
    DataSource,
    Ingested,
    IngestionJob,
    KnowledgeBase,
    Scope,
    Statistics,
)
from s3vectors_local.bedrock.role import Role
from s3vectors_local.s3_objects import S3Bucket
from s3vectors_local.s3vectors.errors import AccessDenied, NotFound, ServiceError, ValidationError

TEXT = "AMAZON_BEDROCK_TEXT"
METADATA = "AMAZON_BEDROCK_METADATA"
SOURCE_URI = "x-amz-bedrock-kb-source-uri"
CHUNK_ID = "x-amz-bedrock-kb-chunk-id"
DATA_SOURCE_ID = "x-amz-bedrock-kb-data-source-id"
_MOST_VECTORS = 500  # of one PutVectors


class Stopped(Exception):
    """Somebody has stopped the job."""


@dataclass(slots=True)
class Ingestion:
    """A run of the job with id `job` over one data source."""

    services: Services
    scope: Scope
    knowledge_base: KnowledgeBase
    source: DataSource
    job: str
    role: Role
    counted: Statistics = field(default_factory=Statistics)
    failures: dict[str, list[str]] = field(default_factory=dict)

    def run(self) -> None:
        """Run to the end, whichever it is; the job says how it went."""
        try:
            self._save("IN_PROGRESS")
            self._synchronize()
            self._save("COMPLETE")
        except Stopped:
            self._save("STOPPED")
        except ServiceError as refused:
            self._fail(refused.message)
        except Exception as problem:  # a bug: the job must not seem to run for ever
            traceback.print_exc(file=sys.stderr)
            self._fail(f"The local AWS failed: {type(problem).__name__}: {problem}")

    def _synchronize(self) -> None:
        bucket = self._bucket()
        if self.source.encryption:
            self.role.check_key(self.source.encryption["kmsKeyArn"], "kms:GenerateDataKey", "kms:Decrypt")
        for model in _reading_models(self.source):
            self.role.check_model(model)
        prefixes = tuple(self.source.s3.get("inclusionPrefixes") or ())
        self.role.check_list(bucket, prefixes[0] if prefixes else "")
        found = {document.uri: document for document in documents(bucket, prefixes)}
        known = {document.uri: document for document in self._store.ingested(self.scope, self.source.id)}
        self._count(scanned=len(found), metadata_scanned=sum(d.metadata is not None for d in found.values()))
        for uri, gone in known.items():
            if uri not in found:
                self._check_stopped()
                self._forget(gone)
                self._count(deleted=1)
        for uri, document in found.items():
            self._check_stopped()
            self._one(bucket, document, known.get(uri))

    def _one(self, bucket: S3Bucket, document: Document, before: Ingested | None) -> None:
        """Ingest a document unless it is as it was; what is wrong with it alone fails it alone."""
        metadata_etag = document.metadata.etag if document.metadata else None
        if before and (before.etag, before.metadata_etag) == (document.item.etag, metadata_etag):
            return
        try:
            check_format(document)
            text = text_of(document, self._read(bucket, document))
            own = attributes(self.role.read(bucket, document.metadata)) if document.metadata else {}
            cut = chunks(text, (self.source.ingestion or {}).get("chunkingConfiguration"))
            if before:
                self._forget(before)
            keys = self._write(document, cut, own)
        except (Unreadable, ValidationError) as problem:
            self._document_failed(document.uri, problem)
            return
        self._store.save(
            self.scope,
            Ingested(
                id=f"{self.source.id} {document.uri}",
                status="INDEXED",
                created=time.time(),
                updated=time.time(),
                data_source=self.source.id,
                uri=document.uri,
                etag=document.item.etag,
                metadata_etag=metadata_etag,
                keys=tuple(keys),
            ),
        )
        if before is None:
            self._count(new=1)
        elif before.etag != document.item.etag:
            self._count(modified=1)
        if before and before.metadata_etag != metadata_etag:
            self._count(metadata_modified=1)

    def _read(self, bucket: S3Bucket, document: Document) -> bytes:
        try:
            return self.role.read(bucket, document.item)
        except AccessDenied as denied:
            raise Unreadable(f"{denied.message} (Service: S3, Status Code: 403)") from None

    def _write(self, document: Document, cut: list[Chunk], own: Any) -> list[str]:
        """Put the chunks' vectors, all or none of a call. Returns their keys. Raises ServiceError."""
        self.role.check_model(self.knowledge_base.model_arn)
        vectors = [self._vector(document, chunk, own) for chunk in cut]
        keys = [str(vector["key"]) for vector in vectors]
        written: list[str] = []
        try:
            for start in range(0, len(vectors), _MOST_VECTORS):
                batch = vectors[start : start + _MOST_VECTORS]
                self.role.vectors("PutVectors", indexArn=self.knowledge_base.index_arn, vectors=batch)
                written += keys[start : start + _MOST_VECTORS]
        except ValidationError as refused:
            delete_vectors(self.role, self.knowledge_base, written)
            raise ValidationError(
                f"{refused.message} (Service: S3Vectors, Status Code: {refused.status})"
            ) from None
        return keys

    def _vector(self, document: Document, chunk: Chunk, own: Any) -> dict[str, Any]:
        key = str(uuid.uuid4())
        described: dict[str, Any] = {"source": {"sourceType": "S3", "sourceLocation": document.uri}}
        if chunk.parent is not None:
            described["parentText"] = chunk.parent
        metadata = {
            **own,
            TEXT: chunk.text,
            METADATA: json.dumps(described, ensure_ascii=False),
            SOURCE_URI: document.uri,
            CHUNK_ID: key,
            DATA_SOURCE_ID: self.source.id,
        }
        vector = embed(chunk.text, self.knowledge_base.dimension)
        return {"key": key, "data": {"float32": vector}, "metadata": metadata}

    def _bucket(self) -> S3Bucket:
        name = self.source.s3["bucketArn"].rpartition(":")[2]
        bucket = self.services.moto.s3_bucket(name)
        if bucket is None:
            raise NotFound(f"The specified bucket does not exist: {name} (Service: S3, Status Code: 404)")
        if self.source.s3.get("bucketOwnerAccountId", bucket.account) != bucket.account:
            raise AccessDenied(
                f"Access Denied: {name} is not of the expected account (Service: S3, Status Code: 403)"
            )
        return bucket

    def _forget(self, document: Ingested) -> None:
        delete_vectors(self.role, self.knowledge_base, list(document.keys))
        self._store.remove(self.scope, document)

    def _document_failed(self, uri: str, problem: Exception) -> None:
        self.failures.setdefault(str(problem), []).append(uri)
        self._count(failed=1)

    def _count(self, **more: int) -> None:
        self.counted = replace(
            self.counted, **{name: getattr(self.counted, name) + number for name, number in more.items()}
        )

    @property
    def _store(self) -> Any:
        return self.services.store

    def _check_stopped(self) -> None:
        job = self._store.find(IngestionJob, self.scope, self.job)
        if job is None or job.status == "STOPPING":
            raise Stopped
        self._save("IN_PROGRESS")

    def _fail(self, reason: str) -> None:
        self._save("FAILED", f"Encountered error: {reason}")

    def _save(self, status: str, *reasons: str) -> None:
        with self._store.lock:
            job = self._store.find(IngestionJob, self.scope, self.job)
            if job is None:
                return
            if job.status == "STOPPING" and status == "IN_PROGRESS":
                status = "STOPPING"
            told = [
                f"Encountered error: {problem} [Files: {', '.join(uris)}]."[:2048]
                for problem, uris in self.failures.items()
            ]
            changed = replace(
                job,
                status=status,
                updated=time.time(),
                statistics=self.counted,
                failure_reasons=(*reasons, *told),
            )
            self._store.save(self.scope, changed)


def _reading_models(source: DataSource) -> list[str]:
    """The ARNs of the models that are to parse documents or to enrich chunks; here they are not asked."""
    ingestion = source.ingestion or {}
    found = []
    for member in ("parsingConfiguration", "contextEnrichmentConfiguration"):
        model = (ingestion.get(member) or {}).get("bedrockFoundationModelConfiguration") or {}
        if "modelArn" in model:
            found.append(str(model["modelArn"]))
    return found
