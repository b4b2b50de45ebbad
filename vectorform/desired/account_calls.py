"""The actions that a command calls, by the kind of resource and by what it does with it.

Actions: Service Authorization Reference, pages of Amazon S3 Vectors, IAM, KMS, SSM, EKS and Bedrock. Which of
them a resource type of Terraform needs: the calls of the AWS provider. GetCallerIdentity needs no permission.
"""

from __future__ import annotations

BUCKET_READ = (
    "s3vectors:GetVectorBucket",
    "s3vectors:GetVectorBucketPolicy",
    "s3vectors:ListIndexes",
    "s3vectors:ListTagsForResource",
)
BUCKET_WRITE = (
    "s3vectors:CreateVectorBucket",
    "s3vectors:DeleteVectorBucketPolicy",
    "s3vectors:PutVectorBucketPolicy",
    "s3vectors:TagResource",
    "s3vectors:UntagResource",
)
INDEX_READ = ("s3vectors:GetIndex", "s3vectors:ListTagsForResource")
INDEX_WRITE = ("s3vectors:CreateIndex", "s3vectors:TagResource", "s3vectors:UntagResource")
POLICY_READ = ("iam:GetPolicy", "iam:GetPolicyVersion")
POLICY_WRITE = (
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:ListPolicyVersions",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
)
ROLE_READ = ("iam:GetRole", "iam:ListAttachedRolePolicies")
ROLE_WRITE = (
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
# Of roles with a policy within them.
STATEMENTS_READ = ("iam:GetRolePolicy",)
STATEMENTS_WRITE = ("iam:DeleteRolePolicy", "iam:PutRolePolicy")
BOUND = ("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary")
PARAMETERS_READ = ("ssm:GetParameters",)
# What Terraform reads of a parameter, tags among it; the listing is of all of the region's.
PARAMETERS_REFRESH = ("ssm:GetParameter", "ssm:ListTagsForResource")
PARAMETERS_WRITE = (
    "ssm:AddTagsToResource",
    "ssm:DeleteParameter",
    "ssm:PutParameter",
    "ssm:RemoveTagsFromResource",
)
PODS_READ = ("eks:DescribePodIdentityAssociation", "eks:ListPodIdentityAssociations")
PODS_WRITE = (
    "eks:CreatePodIdentityAssociation",
    "eks:DeletePodIdentityAssociation",
    "eks:TagResource",
    "eks:UntagResource",
    "eks:UpdatePodIdentityAssociation",
)
KNOWLEDGE_READ = (
    "bedrock:GetDataSource",
    "bedrock:GetKnowledgeBase",
    "bedrock:ListDataSources",
    "bedrock:ListTagsForResource",
)
KNOWLEDGE_WRITE = (
    "bedrock:CreateDataSource",
    "bedrock:TagResource",
    "bedrock:UntagResource",
    "bedrock:UpdateDataSource",
    "bedrock:UpdateKnowledgeBase",
)
# With a data source its vectors go, where its deletion policy says so.
KNOWLEDGE_DELETION = ("bedrock:DeleteDataSource", "bedrock:DeleteKnowledgeBase")
SYNCHRONIZE = (
    "bedrock:GetIngestionJob",
    "bedrock:ListDataSources",
    "bedrock:ListIngestionJobs",
    "bedrock:StartIngestionJob",
)
ATTACH = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
KEY_READ = ("kms:DescribeKey", "kms:GetKeyPolicy")
CREATED_KEY_READ = (*KEY_READ, "kms:GetKeyRotationStatus", "kms:ListResourceTags")
# To create a bucket, and an index, under a key (S3 User Guide, "Data protection and encryption").
KEY_USE = ("kms:Decrypt", "kms:GenerateDataKey")
KEY_WRITE = (
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
)
ALIAS_WRITE = ("kms:CreateAlias", "kms:DeleteAlias")
