"""The framework and its AWS bindings: CDKTF, or CDK Terrain where that is the project's engine.

Nothing else imports either. Both have the same classes; the bindings of CDK Terrain (`cdktn-aws`, one module
per service) call them otherwise. What is synthesized is the same, byte for byte, which a test holds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs import Construct

from vectorform.blocks.bindings import chosen

if TYPE_CHECKING or chosen().framework == "cdktf":
    from cdktf import (
        App,
        CloudBackend,
        HttpBackend,
        LocalBackend,
        LocalExecProvisioner,
        NamedCloudWorkspace,
        Postcondition,
        S3Backend,
        TerraformOutput,
        TerraformResource,
        TerraformResourceLifecycle,
        TerraformStack,
        Token,
    )
    from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
    from cdktf_cdktf_provider_aws.iam_role import IamRole
    from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
    from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
    from cdktf_cdktf_provider_aws.kms_key import KmsKey
    from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
    from cdktf_cdktf_provider_aws.s3_vectors_index import S3VectorsIndex
    from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket import S3VectorsVectorBucket
    from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket_policy import S3VectorsVectorBucketPolicy
else:
    from cdktn import (
        App,
        CloudBackend,
        HttpBackend,
        LocalBackend,
        LocalExecProvisioner,
        NamedCloudWorkspace,
        Postcondition,
        S3Backend,
        TerraformOutput,
        TerraformResource,
        TerraformResourceLifecycle,
        TerraformStack,
        Token,
    )
    from cdktn_aws.iam import AwsPolicy as IamPolicy
    from cdktn_aws.iam import AwsRole as IamRole
    from cdktn_aws.iam import AwsRolePolicyAttachment as IamRolePolicyAttachment
    from cdktn_aws.kms import AwsAlias as KmsAlias
    from cdktn_aws.kms import AwsKey as KmsKey
    from cdktn_aws.provider import AwsProvider
    from cdktn_aws.s3_vectors import AwsIndex as S3VectorsIndex
    from cdktn_aws.s3_vectors import AwsVectorBucket as S3VectorsVectorBucket
    from cdktn_aws.s3_vectors import AwsVectorBucketPolicy as S3VectorsVectorBucketPolicy

    AwsProviderDefaultTags = AwsProvider.DefaultTagsProperty

__all__ = [
    "App",
    "AwsProvider",
    "AwsProviderDefaultTags",
    "CloudBackend",
    "Construct",
    "HttpBackend",
    "IamPolicy",
    "IamRole",
    "IamRolePolicyAttachment",
    "KmsAlias",
    "KmsKey",
    "LocalBackend",
    "LocalExecProvisioner",
    "NamedCloudWorkspace",
    "Postcondition",
    "S3Backend",
    "S3VectorsIndex",
    "S3VectorsVectorBucket",
    "S3VectorsVectorBucketPolicy",
    "TerraformOutput",
    "TerraformResource",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "Token",
    "later",
]

# What few stacks have is imported where it is needed: by its name, the module of CDKTF's bindings, and the
# service and class of CDK Terrain's.
_LATER = {
    "EksPodIdentityAssociation": ("eks_pod_identity_association", "eks.AwsPodIdentityAssociation"),
    "SsmParameter": ("ssm_parameter", "ssm.AwsParameter"),
    "IamRolePolicy": ("iam_role_policy", "iam.AwsRolePolicy"),
}


def later(name: str) -> Any:
    """The class of a resource that few stacks have."""
    module, terrain = _LATER[name]
    if chosen().framework == "cdktf":
        return getattr(import_module(f"cdktf_cdktf_provider_aws.{module}"), name)
    service, _, class_ = terrain.partition(".")
    return getattr(import_module(f"cdktn_aws.{service}"), class_)
