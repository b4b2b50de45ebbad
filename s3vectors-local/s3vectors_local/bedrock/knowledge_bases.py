"""Knowledge bases of type VECTOR on S3 Vectors: create, get, list, update, delete.

Source of the checks: service model of bedrock-agent; Amazon Bedrock User Guide, "Prerequisites for using a
vector store" and "Create a service role for Amazon Bedrock Knowledge Bases".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s3vectors_local.bedrock import deletion
from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.embedding import dimensions
from s3vectors_local.bedrock.pages import page
from s3vectors_local.bedrock.resources import KnowledgeBase, new_id
from s3vectors_local.bedrock.role import Role, assume
from s3vectors_local.s3vectors.errors import Conflict, NotBuilt, ServiceError, ValidationError

_INVALID = "The knowledge base storage configuration provided is invalid..."


def create_knowledge_base(request: Request) -> Answer:
    """Create a knowledge base, whose role must be able to reach the index by now.

    Raises ValidationError where the role cannot be assumed, the index cannot be read under it or has another
    dimension than the model; Conflict for a name that is taken.
    """
    asked, store = request.input, request.services.store
    with store.lock:
        for other in store.all(KnowledgeBase, request.scope):
            token = asked.get("clientToken")
            if token is not None and other.client_token == token:
                return {"knowledgeBase": other.to_wire()}
            if other.name == asked["name"]:
                raise Conflict(f"KnowledgeBase with name {asked['name']} already exists.")
        name = new_id()
        arn = request.knowledge_base_arn(name)
        model = _model(request, asked["knowledgeBaseConfiguration"])
        storage = asked.get("storageConfiguration")
        if storage is None:
            raise ValidationError("storageConfiguration is required for a knowledge base of type VECTOR.")
        role = assume(request.services, asked["roleArn"], arn)
        index = _index(role, storage)
        _check_dimension(asked["knowledgeBaseConfiguration"], model, index["dimension"])
        now = request.clock()
        created = KnowledgeBase(
            id=name,
            status="ACTIVE",
            created=now,
            updated=now,
            arn=arn,
            name=asked["name"],
            role_arn=asked["roleArn"],
            configuration=asked["knowledgeBaseConfiguration"],
            storage=storage,
            index_arn=index["indexArn"],
            model_arn=model,
            dimension=index["dimension"],
            description=asked.get("description"),
            client_token=asked.get("clientToken"),
            tags=asked.get("tags") or {},
        )
        store.save(request.scope, created)
    # What is answered is CREATING; it is ACTIVE by the time that anybody asks.
    return {"knowledgeBase": replace(created, status="CREATING").to_wire()}


def get_knowledge_base(request: Request) -> Answer:
    """The attributes of a knowledge base."""
    found = request.services.store.knowledge_base(request.scope, request.input["knowledgeBaseId"])
    return {"knowledgeBase": found.to_wire()}


def list_knowledge_bases(request: Request) -> Answer:
    """A page of the caller's knowledge bases in this region."""
    found = request.services.store.all(KnowledgeBase, request.scope)
    return page(request, "knowledgeBaseSummaries", [each.summary() for each in found])


def update_knowledge_base(request: Request) -> Answer:
    """Change name, description and role. Neither configuration can be changed."""
    asked, store = request.input, request.services.store
    with store.lock:
        found = store.knowledge_base(request.scope, asked["knowledgeBaseId"])
        if asked["knowledgeBaseConfiguration"] != found.configuration:
            raise ValidationError("The knowledgeBaseConfiguration of a knowledge base can't be changed.")
        if asked.get("storageConfiguration", found.storage) != found.storage:
            raise ValidationError("The storageConfiguration of a knowledge base can't be changed.")
        for other in store.all(KnowledgeBase, request.scope):
            if other.name == asked["name"] and other.id != found.id:
                raise Conflict(f"KnowledgeBase with name {asked['name']} already exists.")
        _index(assume(request.services, asked["roleArn"], found.arn), found.storage)
        changed = replace(
            found,
            name=asked["name"],
            description=asked.get("description"),
            role_arn=asked["roleArn"],
            updated=request.clock(),
        )
        store.save(request.scope, changed)
    return {"knowledgeBase": replace(changed, status="UPDATING").to_wire()}


def delete_knowledge_base(request: Request) -> Answer:
    """Delete a knowledge base with its data sources, each by its deletion policy; the index stays."""
    store = request.services.store
    with store.lock:
        found = store.knowledge_base(request.scope, request.input["knowledgeBaseId"])
        problems = [
            problem
            for source in store.data_sources(request.scope, found.id)
            for problem in deletion.delete_data_source(request, found, source)
        ]
        if problems:
            reasons = tuple(dict.fromkeys(problems))
            store.save(request.scope, replace(found, status="DELETE_UNSUCCESSFUL", failure_reasons=reasons))
        else:
            store.remove(request.scope, found)
    return {"knowledgeBaseId": found.id, "status": "DELETING"}


def _model(request: Request, configuration: Mapping[str, Any]) -> str:
    """The ARN of the embedding model. Raises NotBuilt for other types of knowledge bases."""
    if configuration["type"] != "VECTOR":
        raise NotBuilt(f"A knowledge base of type {configuration['type']} is not built in the local AWS")
    vector = configuration.get("vectorKnowledgeBaseConfiguration")
    if vector is None:
        raise ValidationError("vectorKnowledgeBaseConfiguration is required for type VECTOR.")
    model: str = vector["embeddingModelArn"]
    parts = model.split(":", 5)
    if parts[0] == "arn" and parts[3] not in ("", request.region):
        raise ValidationError("The provided model identifier is invalid.")
    options = _options(vector)
    if options.get("embeddingDataType", "FLOAT32") != "FLOAT32":
        raise ValidationError(f"{_INVALID} S3 Vectors stores vectors of the data type FLOAT32 alone.")
    return model


def _index(role: Role, storage: Mapping[str, Any]) -> Mapping[str, Any]:
    """The index that a storage configuration names, read as the role. Raises ValidationError."""
    if storage["type"] != "S3_VECTORS":
        raise NotBuilt(f"A knowledge base in {storage['type']} is not built in the local AWS")
    named = storage.get("s3VectorsConfiguration") or {}
    arn, bucket, name = named.get("indexArn"), named.get("vectorBucketArn"), named.get("indexName")
    if arn is None and bucket is not None and name is not None:
        arn = f"{bucket}/index/{name}"
    elif arn is None or bucket is not None or name is not None:
        raise ValidationError(f"{_INVALID} Specify either indexArn, or vectorBucketArn and indexName.")
    try:
        index: Mapping[str, Any] = role.vectors("GetIndex", indexArn=arn)["index"]
        role.vectors("GetVectors", indexArn=arn, keys=["amazon-bedrock-probe"])
    except ServiceError as refused:
        raise ValidationError(
            f"{_INVALID} {refused.message} (Service: S3Vectors, Status Code: {refused.status})"
        ) from None
    return index


def _check_dimension(configuration: Mapping[str, Any], model: str, dimension: int) -> None:
    """Raises ValidationError unless the model makes vectors of the index's dimension.

    A model that is not known here may make any.
    """
    vector = configuration["vectorKnowledgeBaseConfiguration"]
    options = _options(vector)
    possible = dimensions(model)
    wanted = options.get("dimensions") or (possible[0] if possible else dimension)
    if possible and wanted not in possible:
        choices = ", ".join(map(str, sorted(possible)))
        raise ValidationError(f"The embedding model {model} supports the dimensions {choices}, not {wanted}.")
    if wanted != dimension:
        raise ValidationError(
            f"{_INVALID} The embedding model makes vectors of {wanted} dimensions, but the index has "
            f"{dimension}."
        )


def _options(vector: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of the model besides its ARN: dimensions, data type."""
    given = vector.get("embeddingModelConfiguration") or {}
    options: Mapping[str, Any] = given.get("bedrockEmbeddingModelConfiguration") or {}
    return options
