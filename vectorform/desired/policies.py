"""IAM policy documents as pure functions of the desired state.

Actions and the resource type that each acts on: Service Authorization Reference, "Actions, resources,
and condition keys for Amazon S3 Vectors". Element order is fixed, so equal state gives equal text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.desired.arns import any_key_arn, bucket_arn, index_arn, key_alias, partition
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Grant,
    PolicyStatement,
    Region,
    VectorBucket,
)
from vectorform.desired.trust import POLICY_VERSION

INDEXING_PRINCIPAL = "indexing.s3vectors.amazonaws.com"

# Names of the throw-away indexes of `vectorform verify --smoke`: a policy that denies DeleteIndex on all
# indexes of a bucket has to except them, or the smoke test is refused.
SMOKE_INDEX_PREFIX = "vectorform-smoke-"

DELETION_PROTECTION_SID = "DeletionProtection"
PROTECTION_LIFTED_SID = "ProtectionLiftedBy"
# What lifts a bucket's protection: with either of them one may allow oneself anything.
LIFTING = ("s3vectors:DeleteVectorBucketPolicy", "s3vectors:PutVectorBucketPolicy")
# What loses vectors, and DeleteVectorBucketPolicy, which would lift the denial itself: Terraform deletes a
# policy before the bucket that it belongs to.
_DELETIONS = (
    "s3vectors:DeleteIndex",
    "s3vectors:DeleteVectorBucket",
    "s3vectors:DeleteVectorBucketPolicy",
)

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
            indexes.extend(_granted_index_arns(environment, region, bucket, grant.indexes))
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


def bucket_policy(environment: Environment, region: Region, bucket: VectorBucket) -> dict[str, Any]:
    """The resource policy of a vector bucket: the YAML's statements, and what may not be deleted.

    A statement about indexes of which none is left is not part of it.
    """
    statements = [
        bucket_statement(environment, region, bucket, statement) for statement in bucket.policy_statements
    ]
    return {
        "Version": POLICY_VERSION,
        "Statement": [
            _deletion_protection(environment, region, bucket),
            *_protection_lifted(environment, region, bucket),
            *(statement for statement in statements if statement["Resource"]),
        ],
    }


def _deletion_protection(environment: Environment, region: Region, bucket: VectorBucket) -> dict[str, Any]:
    """Deny everybody to delete anything in the bucket but what is excepted: everything, once unprotected.

    Every bucket has it, because lifting the denial is to be an update of the policy: Terraform makes it
    after all else in the stack, so that nothing can be deleted in the apply that lifts it, whereas it
    would delete a policy first. NotResource: IAM User Guide, "IAM JSON policy elements: NotResource".
    """
    own = bucket_arn(environment, region, bucket)
    if bucket.deletion_protection:
        excepted = [f"{own}/index/{SMOKE_INDEX_PREFIX}*"]
        excepted += [
            index_arn(environment, region, bucket, index)
            for index in bucket.written_indexes
            if index.retirement and not index.retirement.keep
        ]
    else:
        excepted = [own, f"{own}/index/*"]
    return {
        "Sid": DELETION_PROTECTION_SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(_DELETIONS),
        "NotResource": excepted,
    }


def _protection_lifted(
    environment: Environment, region: Region, bucket: VectorBucket
) -> Iterator[dict[str, Any]]:
    """Deny everybody but the environment's `protection_lifted_by` to change the policy, or to delete it.

    aws:PrincipalArn of a session is its role's ARN (IAM User Guide, "AWS global condition context keys").
    """
    if environment.protection_lifted_by:
        yield {
            "Sid": PROTECTION_LIFTED_SID,
            "Effect": "Deny",
            "Principal": "*",
            "Action": list(LIFTING),
            "Resource": bucket_arn(environment, region, bucket),
            "Condition": excepting(environment.protection_lifted_by),
        }


def excepting(roles: Iterable[str]) -> dict[str, Any]:
    """The condition of a Deny that does not bind these roles; their ARNs may have wildcards."""
    return {"ArnNotLike": {"aws:PrincipalArn": list(roles)}}


def _granted_buckets(environment: Environment, grant: Grant) -> Iterator[tuple[Region, VectorBucket]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            if bucket.key == grant.bucket:
                yield region, bucket


def _granted_index_arns(
    environment: Environment, region: Region, bucket: VectorBucket, index_keys: tuple[str, ...] | None
) -> Iterator[str]:
    if index_keys is None:
        yield f"{bucket_arn(environment, region, bucket)}/index/*"
        return
    for index in bucket.indexes:
        if index.key in index_keys:
            yield index_arn(environment, region, bucket, index)


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


def bucket_statement(
    environment: Environment, region: Region, bucket: VectorBucket, statement: PolicyStatement
) -> dict[str, Any]:
    """A statement of the YAML as IAM reads it, about the bucket or some of its indexes."""
    document: dict[str, Any] = {}
    if statement.sid:
        document["Sid"] = statement.sid
    document["Effect"] = statement.effect
    principals = statement.principals
    document["Principal"] = (
        principals if isinstance(principals, str) else {kind: list(ids) for kind, ids in principals.items()}
    )
    document["Action"] = list(statement.actions)
    own = [bucket_arn(environment, region, bucket)] if statement.indexes is None else []
    document["Resource"] = [*own, *_granted_index_arns(environment, region, bucket, statement.indexes)]
    if statement.conditions:
        document["Condition"] = {
            operator: {key: list(values) for key, values in keys.items()}
            for operator, keys in statement.conditions.items()
        }
    return document


def indexing_statement(environment: Environment, region: Region) -> dict[str, Any]:
    """The statement without which S3 Vectors cannot index under a KMS key: its key policy must have it.

    S3 User Guide, "Data protection and encryption in S3 Vectors", which asks for kms:Decrypt alone. AWS's
    agent toolkit for S3 Vectors asks for kms:GenerateDataKey besides; whether the service ever uses that is
    not known, so both are granted: too little would stop the indexing, and this much gives it no more than
    to encrypt. The bucket is a wildcard, so that the key's policy does not depend on the bucket which depends
    on the key; it fits the index's ARN and the bucket's, whichever the service names.
    """
    service = f"arn:{partition(region.name)}:s3vectors:{region.name}"
    return {
        "Sid": "S3VectorsIndexing",
        "Effect": "Allow",
        "Principal": {"Service": INDEXING_PRINCIPAL},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"{service}:{environment.account_id}:bucket/*"},
            "StringEquals": {"aws:SourceAccount": environment.account_id},
            "ForAnyValue:StringEquals": {
                "kms:EncryptionContextKeys": ["aws:s3vectors:arn", "aws:s3vectors:resource-id"]
            },
        },
    }


def key_policy(environment: Environment, region: Region) -> dict[str, Any]:
    """The policy of a created key: IAM of the account decides, and S3 Vectors may index.

    Without the first statement nobody could administer the key any more (KMS Developer Guide, "Default key
    policy").
    """
    root = f"arn:{partition(region.name)}:iam::{environment.account_id}:root"
    account = {
        "Sid": "AccountAdministration",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": POLICY_VERSION, "Statement": [account, indexing_statement(environment, region)]}
