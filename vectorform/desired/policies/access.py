"""The policy of an access entry: what an application may do with what it was granted.

Actions and the resource type that each acts on: Service Authorization Reference, "Actions, resources,
and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.desired.arns import any_key_arn, bucket_arn, granted_index_arns, key_alias
from vectorform.desired.model import Access, Encryption, Environment, Grant, Region, VectorBucket
from vectorform.desired.trust import POLICY_VERSION

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
    """The IAM policy document of an access entry: exactly what it was granted, in every region."""
    buckets: list[str] = []
    indexes: list[str] = []
    keys: list[str] = []
    created: list[tuple[Region, VectorBucket]] = []
    for grant in access.grants:
        for region, bucket in _granted_buckets(environment, grant):
            buckets.append(bucket_arn(environment, region, bucket))
            indexes.extend(granted_index_arns(environment, region, bucket, grant.indexes))
            keys.extend(_granted_kms_keys(bucket, grant.indexes))
            created += [(region, bucket)] if bucket.encryption.create_key else []
    statements = [
        _allow("VectorBuckets", _BUCKET_ACTIONS[access.permissions], buckets),
        _allow("VectorIndexes", _INDEX_ACTIONS[access.permissions], indexes),
    ]
    if keys:
        statements.append(_allow("EncryptionKeys", _KMS_ACTIONS[access.permissions], keys))
    if created:
        patterns = [any_key_arn(environment, region) for region, _ in created]
        statement = _allow("CreatedEncryptionKeys", _KMS_ACTIONS[access.permissions], patterns)
        # The ARN of a key is known only after it was created, in another region even in another stack;
        # its alias is known before (KMS Developer Guide, "Use aliases to control access to KMS keys").
        aliases = sorted({key_alias(bucket) for _, bucket in created})
        statement["Condition"] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}}
        statements.append(statement)
    return {"Version": POLICY_VERSION, "Statement": [s for s in statements if s["Resource"]]}


def _granted_buckets(environment: Environment, grant: Grant) -> Iterator[tuple[Region, VectorBucket]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            if bucket.key == grant.bucket:
                yield region, bucket


def _granted_kms_keys(bucket: VectorBucket, index_keys: tuple[str, ...] | None) -> Iterator[str]:
    encryptions: list[Encryption] = [bucket.encryption]
    encryptions += [
        index.encryption
        for index in bucket.indexes
        if index.encryption and (index_keys is None or index.key in index_keys)
    ]
    for encryption in encryptions:
        if encryption.kms_key_arn:
            yield encryption.kms_key_arn


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(set(actions)),
        "Resource": sorted(set(resources)),
    }
