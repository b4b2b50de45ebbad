"""Knowledge bases, data sources and ingestion jobs as Bedrock keeps them: frozen values."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

_CHARACTERS = string.ascii_uppercase + string.digits
Document = Mapping[str, Any]
Kind = TypeVar("Kind", bound="Resource")


def new_id() -> str:
    """Ten capitals and digits, as Bedrock names what it makes."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(10))


@dataclass(frozen=True, slots=True)
class Scope:
    """The account and region that something is in."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What all have. `created` and `updated` are in seconds since 1970."""

    id: str
    status: str
    created: float
    updated: float
    failure_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase(Resource):
    """A knowledge base. `configuration` and `storage` are the members of the API, as they were given.

    `index_arn` is the index that `storage` names, `dimension` the index's; `model_arn` embeds.
    """

    arn: str
    name: str
    role_arn: str
    configuration: Document
    storage: Document
    index_arn: str
    model_arn: str
    dimension: int
    description: str | None = None
    client_token: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The KnowledgeBaseSummary of ListKnowledgeBases."""
        return _filled(
            knowledgeBaseId=self.id,
            name=self.name,
            description=self.description,
            status=self.status,
            updatedAt=iso(self.updated),
        )

    def to_wire(self) -> dict[str, Any]:
        """The KnowledgeBase of GetKnowledgeBase."""
        return {
            **self.summary(),
            **_filled(failureReasons=list(self.failure_reasons)),
            "knowledgeBaseArn": self.arn,
            "roleArn": self.role_arn,
            "knowledgeBaseConfiguration": self.configuration,
            "storageConfiguration": self.storage,
            "createdAt": iso(self.created),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource(Resource):
    """A data source of type S3. The mappings are the members of the API, as they were given."""

    knowledge_base: str
    name: str
    configuration: Document
    deletion_policy: str
    description: str | None = None
    encryption: Document | None = None
    ingestion: Document | None = None
    client_token: str | None = None

    @property
    def s3(self) -> Document:
        """The `s3Configuration`."""
        found: Document = self.configuration["s3Configuration"]
        return found

    def summary(self) -> dict[str, Any]:
        """The DataSourceSummary of ListDataSources."""
        return _filled(
            knowledgeBaseId=self.knowledge_base,
            dataSourceId=self.id,
            name=self.name,
            status=self.status,
            description=self.description,
            updatedAt=iso(self.updated),
        )

    def to_wire(self) -> dict[str, Any]:
        """The DataSource of GetDataSource."""
        return {
            **self.summary(),
            **_filled(
                serverSideEncryptionConfiguration=self.encryption,
                vectorIngestionConfiguration=self.ingestion,
                failureReasons=list(self.failure_reasons),
            ),
            "dataSourceConfiguration": self.configuration,
            "dataDeletionPolicy": self.deletion_policy,
            "createdAt": iso(self.created),
        }


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an ingestion job has counted so far, by the names of the API."""

    scanned: int = 0
    metadata_scanned: int = 0
    new: int = 0
    modified: int = 0
    metadata_modified: int = 0
    deleted: int = 0
    failed: int = 0

    def to_wire(self) -> dict[str, int]:
        """The IngestionJobStatistics."""
        return {
            "numberOfDocumentsScanned": self.scanned,
            "numberOfMetadataDocumentsScanned": self.metadata_scanned,
            "numberOfNewDocumentsIndexed": self.new,
            "numberOfModifiedDocumentsIndexed": self.modified,
            "numberOfMetadataDocumentsModified": self.metadata_modified,
            "numberOfDocumentsDeleted": self.deleted,
            "numberOfDocumentsFailed": self.failed,
            "numberOfDocumentsSkipped": 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionJob(Resource):
    """One run over a data source; `created` is when it started."""

    knowledge_base: str
    data_source: str
    statistics: Statistics = field(default_factory=Statistics)
    description: str | None = None
    client_token: str | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self.status in ("COMPLETE", "FAILED", "STOPPED")

    def summary(self) -> dict[str, Any]:
        """The IngestionJobSummary of ListIngestionJobs."""
        return _filled(
            knowledgeBaseId=self.knowledge_base,
            dataSourceId=self.data_source,
            ingestionJobId=self.id,
            description=self.description,
            status=self.status,
            startedAt=iso(self.created),
            updatedAt=iso(self.updated),
            statistics=self.statistics.to_wire(),
        )

    def to_wire(self) -> dict[str, Any]:
        """The IngestionJob of GetIngestionJob."""
        return {**self.summary(), **_filled(failureReasons=list(self.failure_reasons))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested(Resource):
    """A document that has vectors: `id` is its data source and its URI, `keys` are its vectors.

    By the ETags of the document and of its metadata file a later job knows whether it has changed.
    """

    data_source: str
    uri: str
    etag: str
    metadata_etag: str | None
    keys: tuple[str, ...]


def restored(kind: type[Kind], document: Mapping[str, Any]) -> Kind:
    """The resource that was kept as the JSON of its fields."""
    values = {each.name: document[each.name] for each in fields(kind) if each.name in document}
    for name in ("failure_reasons", "keys"):
        if name in values:
            values[name] = tuple(values[name])
    if "statistics" in values:
        values["statistics"] = Statistics(**values["statistics"])
    return kind(**values)


def iso(moment: float) -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def _filled(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, [])}
