"""What AWS answers once an environment is deployed, and the verifier's comparison with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from vectorform.desired import bedrock, model
from vectorform.desired.arns import policy_arn
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.created_keys import created_keys
from vectorform.desired.embedding_models import index_tags
from vectorform.desired.model import (
    Access,
    DataSource,
    Environment,
    Index,
    KnowledgeBase,
    Region,
    VectorBucket,
)
from vectorform.desired.parameters import parameters
from vectorform.desired.policies import access_policy, bucket_policy, has_role_policy, key_policy, role_policy
from vectorform.desired.trust import trust_policy
from vectorform.verifier import compare, knowledge_bases

Compared = Callable[[Any], Iterator[Any]]


def deployed(environment: Environment) -> dict[tuple[str, ...], tuple[Any, Compared]]:
    """By its name in AWS: what AWS says of a resource, and the comparison with what it says."""
    found: dict[tuple[str, ...], tuple[Any, Compared]] = {}
    for region in environment.regions:
        for parameter in parameters(environment, region):
            found["parameter", region.name, parameter.name, parameter.value] = (None, lambda _: iter(()))
        for bucket in region.vector_buckets:
            name = (region.name, bucket.name)
            found[name] = _bucket(environment, region, bucket)
            for index in bucket.indexes:
                found[(*name, index.name)] = _index(environment, bucket, index)
        for key in created_keys(region).values():
            found[(region.name, key.alias)] = _created_key(environment, region, key)
        for of in region.knowledge_bases:
            found[region.name, "knowledge base", of.name] = _knowledge_base(environment, region, of)
            for documents in of.data_sources:
                name = (region.name, "data source", of.name, documents.name)
                found[name] = _data_source(environment, region, documents)
    for access in environment.access:
        if access.grants:
            found["IAM policy", access.policy_name] = _access(environment, access)
        if access.role is not None:
            found["IAM role", access.role.name] = _role(environment, access, access.role)
            pods = access.role.eks_pod_identity
            for region_of_pods in pods.regions if pods else ():
                found["pods", region_of_pods] = (None, lambda _: iter(()))
    return found


def _bucket(environment: Environment, region: Region, bucket: VectorBucket) -> tuple[Any, Compared]:
    encryption = bucket.encryption
    if encryption.create_key:
        encryption = replace(encryption, kms_key_arn="of the alias", create_key=False)
    mode = VECTOR_BUCKET["default_index_mode"]
    answer = {
        VECTOR_BUCKET["encryption"].answer: _encryption(encryption),
        mode.answer: mode.of(bucket) or "CLASSIC",
    }
    tags = {**environment.tags, **bucket.tags}
    document = bucket_policy(environment, region, bucket)

    def compared(found: Any) -> Iterator[Any]:
        told, their_tags, their_document = found
        yield from compare.bucket(replace(bucket, encryption=encryption), told)
        yield from compare.tags(environment, bucket.tags, their_tags)
        yield from compare.policy(document, their_document)

    return (answer, tags, json.dumps(document)), compared


def _index(environment: Environment, bucket: VectorBucket, index: Index) -> tuple[Any, Compared]:
    answer: dict[str, Any] = {}
    for row in INDEX.compared:
        value, place = row.of(index), answer
        *way, last = row.answer.split(".")
        for step in way:
            place = place.setdefault(step, {})
        place[last] = "CLASSIC" if value is None else value
    answer[INDEX["encryption"].answer] = _encryption(index.encryption or bucket.encryption)

    def compared(found: Any) -> Iterator[Any]:
        told, tags = found
        yield from compare.index(index, bucket.encryption, told)
        yield from compare.tags(environment, index_tags(index), tags)

    return (answer, {**environment.tags, **index_tags(index)}), compared


def _created_key(environment: Environment, region: Region, key: model.Key) -> tuple[Any, Compared]:
    metadata = {"KeyState": "Enabled", "Description": key.description}
    rotation = {"KeyRotationEnabled": key.rotation, "RotationPeriodInDays": key.rotation_period_days or 365}
    answers = metadata, rotation, json.dumps(key_policy(environment, region, key))

    def compared(found: Any) -> Iterator[Any]:
        their_answers, tags = found
        yield from compare.created_key(environment, region, key, *their_answers)
        yield from compare.tags(environment, key.tags, tags)

    return (answers, {**environment.tags, **key.tags}), compared


def _knowledge_base(environment: Environment, region: Region, of: KnowledgeBase) -> tuple[Any, Compared]:
    answer = {**bedrock.knowledge_base(environment, region, of), "status": "ACTIVE"}

    def compared(found: Any) -> Iterator[Any]:
        told, tags = found
        yield from knowledge_bases.knowledge_base(environment, region, of, told)
        yield from compare.tags(environment, of.tags, tags)

    return (answer, {**environment.tags, **of.tags}), compared


def _data_source(environment: Environment, region: Region, of: DataSource) -> tuple[Any, Compared]:
    answer = {**bedrock.data_source(environment, region, of), "status": "AVAILABLE"}
    return answer, lambda found: knowledge_bases.data_source(environment, region, of, found)


def _access(environment: Environment, access: Access) -> tuple[Any, Compared]:
    document = json.dumps(access_policy(environment, access))

    def compared(found: Any) -> Iterator[Any]:
        yield from compare.access(environment, access, *found)

    return (_iam(environment, access), document), compared


def _role(environment: Environment, access: Access, role: model.Role) -> tuple[Any, Compared]:
    trust = json.dumps(trust_policy(environment, role))
    answer = {
        **_iam(environment, access),
        "AssumeRolePolicyDocument": trust,
        "Path": role.path,
        "MaxSessionDuration": role.max_session_duration,
        "PermissionsBoundary": {"PermissionsBoundaryArn": role.permissions_boundary},
    }
    wanted = has_role_policy(environment, access)
    document = json.dumps(role_policy(environment, access)) if wanted else None

    def compared(found: Any) -> Iterator[Any]:
        told, attached, their_document = found
        yield from compare.role(environment, access, role, told, attached)
        if wanted:
            yield from compare.statements(environment, access, their_document)

    return (answer, [policy_arn(environment, access), *role.managed_policies], document), compared


def _iam(environment: Environment, access: Access) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in {**environment.tags, **access.tags}.items()]
    return {"Description": access.description, "Path": access.path, "Tags": tags}


def _encryption(encryption: model.Encryption) -> dict[str, Any]:
    return {"sseType": encryption.sse_type, "kmsKeyArn": encryption.kms_key_arn}
