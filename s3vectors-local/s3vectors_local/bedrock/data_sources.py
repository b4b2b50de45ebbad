"""Data sources of type S3: create, get, list, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s3vectors_local.bedrock import deletion
from s3vectors_local.bedrock.chunking import check_chunking
from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.pages import page
from s3vectors_local.bedrock.resources import DataSource, new_id
from s3vectors_local.s3vectors.errors import Conflict, NotBuilt, ValidationError


def create_data_source(request: Request) -> Answer:
    """Create a data source. Neither its bucket nor the role's access to it is checked before a job."""
    asked, store = request.input, request.services.store
    with store.lock:
        knowledge_base = store.knowledge_base(request.scope, asked["knowledgeBaseId"])
        for other in store.data_sources(request.scope, knowledge_base.id):
            token = asked.get("clientToken")
            if token is not None and other.client_token == token:
                return {"dataSource": other.to_wire()}
            if other.name == asked["name"]:
                raise Conflict(f"DataSource with name {asked['name']} already exists.")
        _check(asked)
        now = request.clock()
        created = DataSource(
            id=new_id(),
            status="AVAILABLE",
            created=now,
            updated=now,
            knowledge_base=knowledge_base.id,
            name=asked["name"],
            configuration=asked["dataSourceConfiguration"],
            deletion_policy=asked.get("dataDeletionPolicy", "DELETE"),
            description=asked.get("description"),
            encryption=asked.get("serverSideEncryptionConfiguration"),
            ingestion=asked.get("vectorIngestionConfiguration"),
            client_token=asked.get("clientToken"),
        )
        store.save(request.scope, created)
    return {"dataSource": created.to_wire()}


def get_data_source(request: Request) -> Answer:
    """The attributes of a data source."""
    return {"dataSource": named(request).to_wire()}


def list_data_sources(request: Request) -> Answer:
    """A page of the data sources of a knowledge base."""
    store = request.services.store
    knowledge_base = store.knowledge_base(request.scope, request.input["knowledgeBaseId"])
    found = store.data_sources(request.scope, knowledge_base.id)
    return page(request, "dataSourceSummaries", [source.summary() for source in found])


def update_data_source(request: Request) -> Answer:
    """Change all but how documents become vectors."""
    asked, store = request.input, request.services.store
    with store.lock:
        found = named(request)
        _check(asked)
        if asked.get("vectorIngestionConfiguration", found.ingestion) != found.ingestion:
            raise ValidationError("The vectorIngestionConfiguration of a data source can't be changed.")
        changed = replace(
            found,
            status="AVAILABLE",
            failure_reasons=(),
            updated=request.clock(),
            name=asked["name"],
            configuration=asked["dataSourceConfiguration"],
            deletion_policy=asked.get("dataDeletionPolicy", found.deletion_policy),
            description=asked.get("description"),
            encryption=asked.get("serverSideEncryptionConfiguration"),
        )
        store.save(request.scope, changed)
    return {"dataSource": changed.to_wire()}


def delete_data_source(request: Request) -> Answer:
    """Delete a data source; it stays, as DELETE_UNSUCCESSFUL, where its vectors cannot be deleted."""
    store = request.services.store
    with store.lock:
        found = named(request)
        if any(not job.over for job in store.jobs(request.scope, found.id)):
            raise Conflict(f"The data source {found.id} has an ongoing ingestion job. Stop it and try again.")
        knowledge_base = store.knowledge_base(request.scope, found.knowledge_base)
        deletion.delete_data_source(request, knowledge_base, found)
    return {"knowledgeBaseId": found.knowledge_base, "dataSourceId": found.id, "status": "DELETING"}


def named(request: Request) -> DataSource:
    """The data source that a request names. Raises ResourceNotFound."""
    asked = request.input
    store = request.services.store
    knowledge_base = store.knowledge_base(request.scope, asked["knowledgeBaseId"])
    return store.data_source(request.scope, knowledge_base.id, asked["dataSourceId"])


def _check(asked: Mapping[str, Any]) -> None:
    configuration = asked["dataSourceConfiguration"]
    kind = configuration["type"]
    if kind == "WEB":
        raise ValidationError("Web crawler data sources are not supported with an S3 vector bucket.")
    if kind != "S3":
        raise NotBuilt(f"A data source of type {kind} is not built in the local AWS")
    if "s3Configuration" not in configuration:
        raise ValidationError("s3Configuration is required for a data source of type S3.")
    ingestion = asked.get("vectorIngestionConfiguration") or {}
    if "chunkingConfiguration" in ingestion:
        check_chunking(ingestion["chunkingConfiguration"])
    parsing = ingestion.get("parsingConfiguration") or {}
    if (
        parsing.get("parsingStrategy") == "BEDROCK_FOUNDATION_MODEL"
        and "bedrockFoundationModelConfiguration" not in parsing
    ):
        raise ValidationError("bedrockFoundationModelConfiguration is required for BEDROCK_FOUNDATION_MODEL.")
