"""The policy of an access entry: what an application may do with what it was granted.

Actions and the resource type that each acts on: Service Authorization Reference, "Actions, resources,
and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.desired.actions import ON_INDEXES, ON_VECTOR_BUCKETS, ON_VECTORS, any_matches
from vectorform.desired.arns import bucket_arn, granted_index_arns
from vectorform.desired.model import Access, Environment, Grant, Region, VectorBucket
from vectorform.desired.parameters import readable_by
from vectorform.desired.policies.key_use import READ, WRITE, KeyUse, key_statements, kms_actions
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
_KMS_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "read": READ,
    "write": WRITE,
    "read-write": WRITE,
    "admin": WRITE,
}


# Systems Manager User Guide, "Restricting access to Parameter Store parameters using IAM policies".
_PARAMETERS_READ = ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath")


def access_policy(environment: Environment, access: Access) -> dict[str, Any]:
    """The IAM policy document of an access entry: exactly what it was granted, in every region.

    Without grants it has no statement, and there is no such policy.
    """
    buckets: list[str] = []
    indexes: list[str] = []
    uses: list[KeyUse] = []
    on_buckets, on_indexes, on_keys = _actions(access)
    for grant in access.grants:
        for region, bucket in _granted_buckets(environment, grant):
            buckets.append(bucket_arn(environment, region, bucket))
            indexes.extend(granted_index_arns(environment, region, bucket, grant.indexes, grant.index_prefix))
            uses.append(KeyUse(region, bucket, grant, on_keys))
    statements = [
        _allow("VectorBuckets", on_buckets, buckets),
        _allow("VectorIndexes", on_indexes, indexes),
    ]
    statements.append(_allow("Outputs", _PARAMETERS_READ, readable_by(environment, access)))
    granted = [s for s in statements if s["Resource"] and s["Action"]]
    return {"Version": POLICY_VERSION, "Statement": [*granted, *key_statements(environment, uses)]}


def _actions(access: Access) -> tuple[Iterable[str], Iterable[str], tuple[str, ...]]:
    """What it may do on vector buckets, on indexes and, if those are encrypted with them, with KMS keys."""
    if not access.actions:
        chosen = access.permissions or "read"
        return _BUCKET_ACTIONS[chosen], _INDEX_ACTIONS[chosen], _KMS_ACTIONS[chosen]
    on_buckets = [action for action in access.actions if any_matches(action, ON_VECTOR_BUCKETS)]
    on_indexes = [action for action in access.actions if any_matches(action, ON_INDEXES)]
    touches = any(any_matches(action, ON_VECTORS) for action in access.actions)
    return on_buckets, on_indexes, kms_actions(access.actions) if touches else ()


def _granted_buckets(environment: Environment, grant: Grant) -> Iterator[tuple[Region, VectorBucket]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            if bucket.key == grant.bucket:
                yield region, bucket


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(set(actions)),
        "Resource": sorted(set(resources)),
    }
