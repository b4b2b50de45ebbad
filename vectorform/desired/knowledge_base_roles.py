"""What a knowledge base needs of its role, statement by statement, and who may assume that role.

Source: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases". Of S3 Vectors a
role needs five actions: GetVectors already when the knowledge base is created, DeleteVectors from the second
ingestion job on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vectorform.desired.arns import any_key_arn, partition
from vectorform.desired.bedrock import (
    any_knowledge_base_arn,
    arn_of_index,
    index_of,
)
from vectorform.desired.bedrock_models import is_profile, model_arn, model_of_profile
from vectorform.desired.created_keys import created_key
from vectorform.desired.model import Access, DataSource, Environment, KnowledgeBase, Region, Role, Statement

_VECTORS = (
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:PutVectors",
    "s3vectors:QueryVectors",
)
_INDEX_KEY = ("kms:Decrypt", "kms:GenerateDataKey")
_STORED_IMAGES = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
_DATA_AUTOMATION = ("bedrock:InvokeDataAutomationAsync",)
# AWS's own project of Data Automation, for everybody who parses with it.
_PUBLIC_PROJECT = "aws:data-automation-project/public-rag-default"

Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]


# The role of a knowledge base is an access entry that nobody wrote: no key of an entry has a slash.
_OWN_ROLE = "knowledge-base/"


def own_role(key: str) -> str:
    """The key of the access entry of a knowledge base's own role."""
    return _OWN_ROLE + key


def needed(environment: Environment, access: Access) -> tuple[Statement, ...]:
    """What the knowledge bases that work with an entry's role need of it, in all regions."""
    return _merged(
        statement
        for region, knowledge_base in _with_role(environment, access.key)
        for statement in _needed(environment, region, knowledge_base)
    )


def those_that_work_with(environment: Environment, role: Role) -> list[str]:
    """Patterns of the ARNs of the knowledge bases that work with a role."""
    regions = {
        region.name
        for access in environment.access
        if access.role and (access.role.name, access.role.path) == (role.name, role.path)
        for region, _ in _with_role(environment, access.key)
    }
    return [any_knowledge_base_arn(environment, region) for region in sorted(regions)]


def _with_role(environment: Environment, entry: str) -> Iterator[tuple[Region, KnowledgeBase]]:
    for region in environment.regions:
        for knowledge_base in region.knowledge_bases:
            if knowledge_base.role == entry:
                yield region, knowledge_base


def _needed(environment: Environment, region: Region, of: KnowledgeBase) -> Iterator[Statement]:
    index = arn_of_index(environment, region, of)
    yield _allow("Vectors", _VECTORS, index)
    yield from _key_of_index(environment, region, of)
    yield from _model(model_arn(environment, region, of.embedding_model))
    for source in of.data_sources:
        yield from _documents(environment, region, source)
        if source.parser and source.parser.strategy == "foundation_model":
            yield from _model(model_arn(environment, region, source.parser.model or ""))
        if source.parser and source.parser.strategy == "data_automation":
            yield from _data_automation(environment, region)
    if of.supplemental_storage:
        bucket, _, prefix = of.supplemental_storage.removeprefix("s3://").partition("/")
        arn = f"arn:{partition(region.name)}:s3:::{bucket}"
        own: Conditions = {"StringEquals": {"aws:ResourceAccount": (environment.account_id,)}}
        yield _allow("ListStoredImages", ("s3:ListBucket",), arn, conditions=own)
        yield _allow("StoreImages", _STORED_IMAGES, f"{arn}/{prefix}*", conditions=own)


def _key_of_index(environment: Environment, region: Region, of: KnowledgeBase) -> Iterator[Statement]:
    found = index_of(region, of)
    if found is None:
        return
    bucket, index = found
    encryption = index.encryption or bucket.encryption
    if encryption.kms_key_arn:
        yield _allow("IndexKey", _INDEX_KEY, encryption.kms_key_arn)
    elif created := created_key(region, bucket, encryption):
        alias: Conditions = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": (created[1].alias,)}}
        yield _allow("CreatedIndexKey", _INDEX_KEY, any_key_arn(environment, region), conditions=alias)


def _model(arn: str) -> Iterator[Statement]:
    if not is_profile(arn):
        yield _allow("Models", ("bedrock:InvokeModel",), arn)
        return
    yield _allow("InferenceProfiles", ("bedrock:GetInferenceProfile", "bedrock:InvokeModel"), arn)
    service = ":".join(arn.split(":")[:3])
    through: Conditions = {"StringEquals": {"bedrock:InferenceProfileArn": (arn,)}}
    model = f"{service}:*::foundation-model/{model_of_profile(arn)}"
    yield _allow("ModelsOfProfiles", ("bedrock:InvokeModel",), model, conditions=through)


def _documents(environment: Environment, region: Region, source: DataSource) -> Iterator[Statement]:
    owner = source.owner_account or environment.account_id
    owned: Conditions = {"StringEquals": {"aws:ResourceAccount": (owner,)}}
    yield _allow("ListDocuments", ("s3:ListBucket",), source.bucket_arn, conditions=owned)
    documents = f"{source.bucket_arn}/{source.prefix or ''}*"
    yield _allow("ReadDocuments", ("s3:GetObject",), documents, conditions=owned)
    if source.kms_key_arn:
        via = f"s3.{region.name}.amazonaws.com"
        yield _allow(
            "DecryptDocuments",
            ("kms:Decrypt",),
            source.kms_key_arn,
            conditions={"StringEquals": {"kms:ViaService": (via,)}},
        )


def _data_automation(environment: Environment, region: Region) -> Iterator[Statement]:
    service = f"arn:{partition(region.name)}:bedrock"
    own = f"{service}:*:{environment.account_id}"
    project = f"{service}:{region.name}:{_PUBLIC_PROJECT}"
    yield _allow("ParseDocuments", _DATA_AUTOMATION, project, f"{own}:data-automation-profile/*")
    invocations = f"{service}:{region.name}:{environment.account_id}:data-automation-invocation/*"
    yield _allow("ParsedDocuments", ("bedrock:GetDataAutomationStatus",), invocations)


def _allow(
    sid: str, actions: tuple[str, ...], *resources: str, conditions: Conditions | None = None
) -> Statement:
    return Statement(sid=sid, actions=actions, resources=resources, conditions=conditions or {})


def _merged(statements: Iterator[Statement]) -> tuple[Statement, ...]:
    """What allows the same under the same conditions as one statement, numbered where names repeat."""
    found: list[Statement] = []
    for statement in statements:
        for place, other in enumerate(found):
            if (other.actions, other.conditions) == (statement.actions, statement.conditions):
                resources = tuple(dict.fromkeys((*other.resources, *statement.resources)))
                found[place] = replace(other, resources=resources)
                break
        else:
            found.append(statement)
    numbered = []
    for place, statement in enumerate(found):
        before = sum(other.sid == statement.sid for other in found[:place])
        numbered.append(replace(statement, sid=f"{statement.sid}{before + 1 if before else ''}"))
    return tuple(numbered)
