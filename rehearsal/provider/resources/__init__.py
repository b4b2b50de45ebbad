"""The service calls behind each resource type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rehearsal.provider.resources.base import Resource


@cache
def resources() -> Mapping[str, Resource]:
    """Every resource type that the offline provider has."""
    from rehearsal.provider.resources.iam_policy import Policy
    from rehearsal.provider.resources.iam_role import Role
    from rehearsal.provider.resources.iam_role_policy_attachment import RolePolicyAttachment
    from rehearsal.provider.resources.index import Index
    from rehearsal.provider.resources.kms_alias import Alias
    from rehearsal.provider.resources.kms_key import Key
    from rehearsal.provider.resources.vector_bucket import VectorBucket
    from rehearsal.provider.resources.vector_bucket_policy import VectorBucketPolicy

    return {
        "aws_s3vectors_vector_bucket": VectorBucket(),
        "aws_s3vectors_index": Index(),
        "aws_s3vectors_vector_bucket_policy": VectorBucketPolicy(),
        "aws_iam_policy": Policy(),
        "aws_iam_role": Role(),
        "aws_iam_role_policy_attachment": RolePolicyAttachment(),
        "aws_kms_key": Key(),
        "aws_kms_alias": Alias(),
    }
