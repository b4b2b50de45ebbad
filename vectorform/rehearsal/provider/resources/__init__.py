"""The service calls behind each resource type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from vectorform.rehearsal.provider.resources.base import Resource


@cache
def resources() -> Mapping[str, Resource]:
    """Every resource type that the offline provider has."""
    from vectorform.rehearsal.provider.resources.data_source import DataSource
    from vectorform.rehearsal.provider.resources.eks_pod_identity_association import PodIdentityAssociation
    from vectorform.rehearsal.provider.resources.iam_openid_connect_provider import OpenIdConnectProvider
    from vectorform.rehearsal.provider.resources.iam_policy import Policy
    from vectorform.rehearsal.provider.resources.iam_role import Role
    from vectorform.rehearsal.provider.resources.iam_role_policy import RolePolicy
    from vectorform.rehearsal.provider.resources.iam_role_policy_attachment import RolePolicyAttachment
    from vectorform.rehearsal.provider.resources.index import Index
    from vectorform.rehearsal.provider.resources.kms_alias import Alias
    from vectorform.rehearsal.provider.resources.kms_key import Key
    from vectorform.rehearsal.provider.resources.knowledge_base import KnowledgeBase
    from vectorform.rehearsal.provider.resources.s3_bucket import Bucket
    from vectorform.rehearsal.provider.resources.s3_bucket_access import BucketPolicy, PublicAccessBlock
    from vectorform.rehearsal.provider.resources.s3_bucket_encryption import Encryption
    from vectorform.rehearsal.provider.resources.s3_bucket_versioning import Versioning
    from vectorform.rehearsal.provider.resources.s3_object import S3Object
    from vectorform.rehearsal.provider.resources.ssm_parameter import Parameter
    from vectorform.rehearsal.provider.resources.vector_bucket import VectorBucket
    from vectorform.rehearsal.provider.resources.vector_bucket_policy import VectorBucketPolicy

    return {
        "aws_s3vectors_vector_bucket": VectorBucket(),
        "aws_s3vectors_index": Index(),
        "aws_s3vectors_vector_bucket_policy": VectorBucketPolicy(),
        "aws_bedrockagent_knowledge_base": KnowledgeBase(),
        "aws_bedrockagent_data_source": DataSource(),
        "aws_s3_bucket": Bucket(),
        "aws_s3_bucket_policy": BucketPolicy(),
        "aws_s3_bucket_public_access_block": PublicAccessBlock(),
        "aws_s3_bucket_server_side_encryption_configuration": Encryption(),
        "aws_s3_bucket_versioning": Versioning(),
        "aws_s3_object": S3Object(),
        "aws_eks_pod_identity_association": PodIdentityAssociation(),
        "aws_iam_openid_connect_provider": OpenIdConnectProvider(),
        "aws_iam_policy": Policy(),
        "aws_iam_role": Role(),
        "aws_iam_role_policy": RolePolicy(),
        "aws_iam_role_policy_attachment": RolePolicyAttachment(),
        "aws_kms_key": Key(),
        "aws_kms_alias": Alias(),
        "aws_ssm_parameter": Parameter(),
    }
