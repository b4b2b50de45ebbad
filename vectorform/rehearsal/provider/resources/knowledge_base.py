"""`aws_bedrockagent_knowledge_base`. Its calls are the real provider's (`bedrockagent/knowledge_base.go`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.bedrock import BEDROCK_AGENT, retried, wait
from vectorform.rehearsal.provider.resources.blocks import at_most_one, nested, required_block
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.resources.s3vectors import rfc3339
from vectorform.rehearsal.provider.schema import Block, provider_schema
from vectorform.rehearsal.provider.shapes import expand, flatten
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.validators import arn, one_of
from vectorform.rehearsal.provider.values import Object

_TYPE = "aws_bedrockagent_knowledge_base"
_TYPES = ("VECTOR", "KENDRA", "SQL", "MANAGED")
_STORES = (
    "OPENSEARCH_SERVERLESS",
    "PINECONE",
    "REDIS_ENTERPRISE_CLOUD",
    "RDS",
    "MONGO_DB_ATLAS",
    "NEPTUNE_ANALYTICS",
    "OPENSEARCH_MANAGED_CLUSTER",
    "S3_VECTORS",
)
_CANNOT_ASSUME = "cannot assume role"
_NOT_YET = (_CANNOT_ASSUME, "unable to assume the given role", "storage configuration provided is invalid")
_CHANGING = ("description", "name", "role_arn")
_CONFIGURATIONS = ("knowledge_base_configuration", "storage_configuration")


class KnowledgeBase:
    """`aws_bedrockagent_knowledge_base`."""

    behaviour = Behaviour(
        follows=dict.fromkeys(("failure_reasons", "updated_at"), (*_CHANGING, "tags", "tags_all"))
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """Required blocks, enums, ARNs, and the two ways to name an index."""
        found = [
            *required_block(config, "knowledge_base_configuration"),
            *arn(("role_arn",), config["role_arn"]),
        ]
        for path, block in nested(config, (), "knowledge_base_configuration"):
            found += one_of((*path, "type"), block["type"], _TYPES)
        for path, block in nested(
            config, (), "knowledge_base_configuration", "vector_knowledge_base_configuration"
        ):
            found += arn((*path, "embedding_model_arn"), block["embedding_model_arn"])
        for path, block in nested(config, (), "storage_configuration"):
            found += one_of((*path, "type"), block["type"], _STORES)
            stores = block["s3_vectors_configuration"]
            if isinstance(stores, list) and len(stores) > 1:
                found.append(at_most_one((*path, "s3_vectors_configuration"), len(stores)))
        for path, block in nested(config, (), "storage_configuration", "s3_vectors_configuration"):
            found += _index(path, block)
        return found

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateKnowledgeBase, again while IAM may not know the role yet; then until it is ACTIVE."""
        client = aws.client("bedrock-agent", planned["region"])
        request = _request(client, "CreateKnowledgeBase", planned)
        tags = aws.tag_rules.written(planned["tags"])
        if tags:
            request["tags"] = tags
        doing = "creating Bedrock Agent Knowledge Base"
        made = retried(lambda: BEDROCK_AGENT.call(doing, client.create_knowledge_base, **request), _NOT_YET)
        name = made["knowledgeBase"]["knowledgeBaseId"]
        found = _wait(client, name, "create", ("CREATING",), "ACTIVE") or {}
        return {"id": name, "arn": found["knowledgeBaseArn"], **_moments(found)}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetKnowledgeBase and the tags."""
        client, name = aws.client("bedrock-agent", state["region"]), state["id"]
        found = _look(client, name)
        if found is None:
            return None
        listed = BEDROCK_AGENT.call(
            f"listing tags for Bedrock Agent Knowledge Base ({found['knowledgeBaseArn']})",
            client.list_tags_for_resource,
            resourceArn=found["knowledgeBaseArn"],
        )
        tags, tags_all = aws.tag_rules.read(listed["tags"], state["tags"])
        shape = client.meta.service_model.operation_model("GetKnowledgeBase").output_shape
        attributes = flatten(found, _block(), shape.members["knowledgeBase"])
        return {
            **attributes,
            "id": name,
            "arn": found["knowledgeBaseArn"],
            **_moments(found),
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """UpdateKnowledgeBase where name, description or role changed; then the tags."""
        client, name = aws.client("bedrock-agent", planned["region"]), planned["id"]
        moments = {key: prior[key] for key in ("failure_reasons", "updated_at")}
        if any(planned[key] != prior[key] for key in _CHANGING):
            request = _request(client, "UpdateKnowledgeBase", planned)
            doing = f"updating Bedrock Agent Knowledge Base ({name})"
            retried(
                lambda: BEDROCK_AGENT.call(
                    doing, client.update_knowledge_base, **{**request, "knowledgeBaseId": name}
                ),
                (_CANNOT_ASSUME,),
            )
            moments = _moments(_wait(client, name, "update", ("UPDATING",), "ACTIVE") or {})
        resource, doing = planned["arn"], f"updating tags for Bedrock Agent Knowledge Base ({planned['arn']})"
        update_tags(
            prior,
            planned,
            lambda keys: BEDROCK_AGENT.call(doing, client.untag_resource, resourceArn=resource, tagKeys=keys),
            lambda tags: BEDROCK_AGENT.call(doing, client.tag_resource, resourceArn=resource, tags=tags),
        )
        return moments

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteKnowledgeBase, then until it is gone."""
        client, name = aws.client("bedrock-agent", state["region"]), state["id"]
        doing = f"deleting Bedrock Agent Knowledge Base ({name})"
        gone = BEDROCK_AGENT.call_unless_gone(doing, client.delete_knowledge_base, knowledgeBaseId=name)
        if gone is not None:
            _wait(client, name, "delete", ("ACTIVE", "DELETING"), None)

    def import_state(self, identifier: str) -> Object:
        """By id."""
        return with_region(identifier)


def _index(path: tuple[str | int, ...], block: Mapping[str, Any]) -> list[Diagnostic]:
    """Either `index_arn`, or `index_name` with `vector_bucket_arn`."""
    found = [
        *arn((*path, "index_arn"), block["index_arn"]),
        *arn((*path, "vector_bucket_arn"), block["vector_bucket_arn"]),
    ]
    given = {name for name in ("index_arn", "index_name", "vector_bucket_arn") if block[name] is not None}
    spelled = "storage_configuration[0].s3_vectors_configuration[0]"
    if "index_arn" in given:
        for other in sorted(given - {"index_arn"}):
            detail = (
                f'Attribute "{spelled}.{other}" cannot be specified when "{spelled}.index_arn" is specified'
            )
            found.append(Diagnostic("Invalid Attribute Combination", detail, (*path, "index_arn")))
    elif len(given) == 1:
        [has] = given
        lacks = "vector_bucket_arn" if has == "index_name" else "index_name"
        detail = f'Attribute "{spelled}.{lacks}" must be specified when "{spelled}.{has}" is specified'
        found.append(Diagnostic("Invalid Attribute Combination", detail, (*path, has)))
    elif not given:
        detail = f"At least one attribute out of [{spelled}.index_arn,{spelled}.index_name] must be specified"
        found.append(Diagnostic("Invalid Attribute Combination", detail, path))
    return found


def _block() -> Block:
    return provider_schema().resources[_TYPE].block


def _request(client: Any, operation: str, planned: Object) -> dict[str, Any]:
    shape = client.meta.service_model.operation_model(operation).input_shape
    given = {name: planned[name] for name in (*_CHANGING, *_CONFIGURATIONS)}
    return expand(given, _block(), shape)


def _moments(found: Mapping[str, Any]) -> Object:
    return {
        "created_at": rfc3339(found["createdAt"]),
        "updated_at": rfc3339(found["updatedAt"]),
        "failure_reasons": found.get("failureReasons"),
    }


def _look(client: Any, name: str) -> Mapping[str, Any] | None:
    doing = f"reading Bedrock Agent Knowledge Base ({name})"
    answer = BEDROCK_AGENT.call_unless_gone(doing, client.get_knowledge_base, knowledgeBaseId=name)
    found: Mapping[str, Any] | None = answer["knowledgeBase"] if answer else None
    return found


def _wait(
    client: Any, name: str, what: str, pending: tuple[str, ...], target: str | None
) -> Mapping[str, Any] | None:
    doing = f"waiting for Bedrock Agent Knowledge Base ({name}) {what}"
    return wait(doing, lambda: _look(client, name), pending, target)
