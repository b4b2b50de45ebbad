"""The policy of an access entry: what an application may do with what it was granted.

Actions and the resource type that each acts on: Service Authorization Reference, "Actions, resources,
and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.desired.actions import ON_INDEXES, ON_VECTOR_BUCKETS, ON_VECTORS, any_matches
from vectorform.desired.arns import any_key_arn, bucket_arn, granted_index_arns, key_alias
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Grant,
    Region,
    Role,
    Statement,
    VectorBucket,
)
from vectorform.desired.trust import POLICY_VERSION, merged

# On the bucket. GetVectorBucket and ListIndexes let a client find what it was granted.
_BUCKET_DISCOVER = ("s3vectors:GetVectorBucket", "s3vectors:ListIndexes")
_BUCKET_ADMIN = (
    "s3vectors:GetVectorBucketPolicy",
    "s3vectors:ListTagsForResource",
)
# QueryVectors with a filter or with metadata, and ListVectors with data, need GetVectors as well
# (service model, QueryVectors): a reader without it fails on its first filtered query.
_INDEX_READ = (
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:QueryVectors",
)
_INDEX_WRITE = ("s3vectors:DeleteVectors", "s3vectors:GetIndex", "s3vectors:PutVectors")
_INDEX_ADMIN = (
    "s3vectors:CreateIndex",
    "s3vectors:DeleteIndex",
    "s3vectors:ListTagsForResource",
    "s3vectors:TagResource",
    "s3vectors:UntagResource",
)

_BUCKET_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "read": _BUCKET_DISCOVER,
    "write": _BUCKET_DISCOVER,
    "read-write": _BUCKET_DISCOVER,
    "admin": (*_BUCKET_DISCOVER, *_BUCKET_ADMIN),
}
_INDEX_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "read": _INDEX_READ,
    "write": _INDEX_WRITE,
    "read-write": (*_INDEX_READ, *_INDEX_WRITE),
    "admin": (*_INDEX_READ, *_INDEX_WRITE, *_INDEX_ADMIN),
}
# S3 User Guide, "Data protection and encryption in S3 Vectors": readers decrypt, writers also make data keys.
_KMS_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "read": ("kms:Decrypt",),
    "write": ("kms:Decrypt", "kms:GenerateDataKey"),
    "read-write": ("kms:Decrypt", "kms:GenerateDataKey"),
    "admin": ("kms:Decrypt", "kms:GenerateDataKey"),
}


def access_policy(environment: Environment, access: Access) -> dict[str, Any]:
    """The IAM policy document of an access entry: exactly what it was granted, in every region.

    Without grants it has no statement, and there is no such policy.
    """
    buckets: list[str] = []
    indexes: list[str] = []
    keys: list[str] = []
    created: list[tuple[Region, VectorBucket]] = []
    for grant in access.grants:
        for region, bucket in _granted_buckets(environment, grant):
            buckets.append(bucket_arn(environment, region, bucket))
            indexes.extend(granted_index_arns(environment, region, bucket, grant.indexes, grant.index_prefix))
            keys.extend(_granted_kms_keys(bucket, grant))
            created += [(region, bucket)] if bucket.encryption.create_key else []
    on_buckets, on_indexes, on_keys = _actions(access)
    statements = [
        _allow("VectorBuckets", on_buckets, buckets),
        _allow("VectorIndexes", on_indexes, indexes),
        _allow("EncryptionKeys", on_keys, keys),
    ]
    if created:
        patterns = [any_key_arn(environment, region) for region, _ in created]
        statement = _allow("CreatedEncryptionKeys", on_keys, patterns)
        # The ARN of a key is known only after it was created, in another region even in another stack;
        # its alias is known before (KMS Developer Guide, "Use aliases to control access to KMS keys").
        aliases = sorted({key_alias(bucket) for _, bucket in created})
        statement["Condition"] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}}
        statements.append(statement)
    return {"Version": POLICY_VERSION, "Statement": [s for s in statements if s["Resource"] and s["Action"]]}


def role_policy(role: Role) -> dict[str, Any]:
    """The document of what a role may do by itself: what knowledge bases need of it, and its own statements."""
    statements = [_statement(statement) for statement in (*role.needed, *role.statements)]
    return {"Version": POLICY_VERSION, "Statement": statements}


def _statement(statement: Statement) -> dict[str, Any]:
    """Element order and names: IAM User Guide, "IAM JSON policy element reference"."""
    document: dict[str, Any] = {"Sid": statement.sid} if statement.sid else {}
    document["Effect"] = statement.effect
    for element, texts in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if texts:
            document[element] = list(texts)
    if statement.conditions:
        document["Condition"] = merged(statement.conditions)
    return document


def _actions(access: Access) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """What it may do on vector buckets, on indexes and, if those are encrypted with them, with KMS keys."""
    if not access.actions:
        chosen = access.permissions or "read"
        return _BUCKET_ACTIONS[chosen], _INDEX_ACTIONS[chosen], _KMS_ACTIONS[chosen]
    on_buckets = [action for action in access.actions if any_matches(action, ON_VECTOR_BUCKETS)]
    on_indexes = [action for action in access.actions if any_matches(action, ON_INDEXES)]
    writes = any(any_matches(action, ("s3vectors:PutVectors",)) for action in access.actions)
    touches = any(any_matches(action, ON_VECTORS) for action in access.actions)
    return on_buckets, on_indexes, _KMS_ACTIONS["write" if writes else "read"] if touches else ()


def _granted_buckets(environment: Environment, grant: Grant) -> Iterator[tuple[Region, VectorBucket]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            if bucket.key == grant.bucket:
                yield region, bucket


def _granted_kms_keys(bucket: VectorBucket, grant: Grant) -> Iterator[str]:
    encryptions: list[Encryption] = [bucket.encryption]
    encryptions += [
        index.encryption
        for index in bucket.indexes
        if index.encryption
        and (grant.indexes is None or index.key in grant.indexes)
        and (grant.index_prefix is None or _may_start_with(index.name, grant.index_prefix))
    ]
    for encryption in encryptions:
        if encryption.kms_key_arn:
            yield encryption.kms_key_arn


def _may_start_with(name: str, prefix: str) -> bool:
    """Whether a name may start with a prefix, which may have variables of IAM in it."""
    return name.startswith(prefix.partition("${")[0])


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(set(actions)),
        "Resource": sorted(set(resources)),
    }
