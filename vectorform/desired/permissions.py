"""What the deployer and the verifier of an environment need in IAM: exactly its resources, nothing else.

Actions: Service Authorization Reference, pages of Amazon S3 Vectors, IAM, KMS and S3. Which of them a
resource type of Terraform needs: the calls of the AWS provider. GetCallerIdentity needs no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, assert_never

from vectorform.desired.arns import (
    alias_arn,
    any_key_arn,
    bucket_arn,
    index_arn,
    partition,
    policy_arn,
    role_arn,
)
from vectorform.desired.bedrock import any_knowledge_base_arn, arn_of_role
from vectorform.desired.comparisons import written
from vectorform.desired.created_keys import written_aliases
from vectorform.desired.holders import Holder, holders
from vectorform.desired.model import Environment, Index, Role
from vectorform.desired.parameters import parameter_arn
from vectorform.desired.policies import (
    LIFTING,
    PROTECTION_LIFTED_SID,
    excepting,
    has_role_policy,
    indexing_statement,
)
from vectorform.desired.search_settings import of_buckets, of_indexes
from vectorform.desired.state_permissions import of_state
from vectorform.desired.statements import allow, document

_BUCKET_READ = (
    "s3vectors:GetVectorBucket",
    "s3vectors:GetVectorBucketPolicy",
    "s3vectors:ListIndexes",
    "s3vectors:ListTagsForResource",
)
_BUCKET_WRITE = (
    "s3vectors:CreateVectorBucket",
    "s3vectors:DeleteVectorBucketPolicy",
    "s3vectors:PutVectorBucketPolicy",
    "s3vectors:TagResource",
    "s3vectors:UntagResource",
)
_INDEX_READ = ("s3vectors:GetIndex", "s3vectors:ListTagsForResource")
_INDEX_WRITE = ("s3vectors:CreateIndex", "s3vectors:TagResource", "s3vectors:UntagResource")
_POLICY_READ = ("iam:GetPolicy", "iam:GetPolicyVersion")
_POLICY_WRITE = (
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:ListPolicyVersions",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
)
_ROLE_READ = ("iam:GetRole", "iam:ListAttachedRolePolicies")
_ROLE_WRITE = (
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
_STATEMENTS_READ = ("iam:GetRolePolicy",)
_STATEMENTS_WRITE = ("iam:DeleteRolePolicy", "iam:PutRolePolicy")
_BOUND = ("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary")
_PARAMETERS_READ = ("ssm:GetParameters",)
# What Terraform reads of a parameter, tags among it; the listing is of all of the region's.
_PARAMETERS_REFRESH = ("ssm:GetParameter", "ssm:ListTagsForResource")
_PARAMETERS_WRITE = (
    "ssm:AddTagsToResource",
    "ssm:DeleteParameter",
    "ssm:PutParameter",
    "ssm:RemoveTagsFromResource",
)
_PODS_READ = ("eks:DescribePodIdentityAssociation", "eks:ListPodIdentityAssociations")
_PODS_WRITE = (
    "eks:CreatePodIdentityAssociation",
    "eks:DeletePodIdentityAssociation",
    "eks:TagResource",
    "eks:UntagResource",
    "eks:UpdatePodIdentityAssociation",
)
_KNOWLEDGE_READ = (
    "bedrock:GetDataSource",
    "bedrock:GetKnowledgeBase",
    "bedrock:ListDataSources",
    "bedrock:ListTagsForResource",
)
_KNOWLEDGE_WRITE = (
    "bedrock:CreateDataSource",
    "bedrock:TagResource",
    "bedrock:UntagResource",
    "bedrock:UpdateDataSource",
    "bedrock:UpdateKnowledgeBase",
)
# With a data source its vectors go, where its deletion policy says so.
_KNOWLEDGE_DELETION = ("bedrock:DeleteDataSource", "bedrock:DeleteKnowledgeBase")
_SYNCHRONIZE = (
    "bedrock:GetIngestionJob",
    "bedrock:ListDataSources",
    "bedrock:ListIngestionJobs",
    "bedrock:StartIngestionJob",
)
_ATTACH = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
_KEY_READ = ("kms:DescribeKey", "kms:GetKeyPolicy")
_CREATED_KEY_READ = (*_KEY_READ, "kms:GetKeyRotationStatus", "kms:ListResourceTags")
# To create a bucket, and an index, under a key (S3 User Guide, "Data protection and encryption").
_KEY_USE = ("kms:Decrypt", "kms:GenerateDataKey")
_KEY_WRITE = (
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
)
_ALIAS_WRITE = ("kms:CreateAlias", "kms:DeleteAlias")


Who = Literal["planner", "deployer", "verifier", "syncer"]


def needed(environment: Environment, who: Who) -> tuple[Holder, ...]:
    """Who needs what, of the caller and the roles that are assumed: together all that `who` needs."""
    account: Iterable[dict[str, Any]]
    state: Iterable[dict[str, Any]] = ()
    match who:
        case "planner":
            account, state = _planner(environment), of_state(environment, keep=False)
        case "deployer":
            account = [*_verifier(environment), *_deployer(environment)]
            state = of_state(environment, keep=True)
        case "verifier":
            account = _verifier(environment)
        case "syncer":
            account = _syncer(environment)
        case other:
            assert_never(other)
    return holders(environment, account, state)


def verifier(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform verify`: it reads, and nothing else."""
    return document(_verifier(environment))


def planner(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform rollout --dry-run` without a lock: it reads AWS and the state."""
    return document([*_planner(environment), *of_state(environment, keep=False)])


def deployer(environment: Environment) -> dict[str, Any]:
    """The policy document of `cdktf deploy` and `cdktf destroy`, with the verification after an apply.

    All that takes vectors away is in the statements whose names begin with `Deletion`: without them a
    deployer can make and change everything, and delete no vectors.
    """
    return document([*_verifier(environment), *_deployer(environment), *of_state(environment, keep=True)])


def syncer(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform sync`: it starts ingestion jobs and follows them."""
    return document(_syncer(environment))


def key(environment: Environment) -> dict[str, Any]:
    """The statements that the policies of brought KMS keys need, one for each region that has such a key."""
    statements = [
        indexing_statement(environment, region) for region in environment.regions if region.brought_keys
    ]
    for number, statement in enumerate(statements):
        statement["Sid"] += str(number or "")
    return document(statements)


def guardrail(environment: Environment) -> dict[str, Any]:
    """A service control policy: in the account nobody but `protection_lifted_by` touches bucket policies.

    It names no principal (AWS Organizations User Guide, "SCP syntax"), and says what the bucket policies
    themselves say, also before a bucket has one. Without such roles it would be empty.
    """
    statement: dict[str, Any] = {
        "Sid": PROTECTION_LIFTED_SID,
        "Effect": "Deny",
        "Action": list(LIFTING),
        "Resource": sorted(_buckets(environment)) if environment.protection_lifted_by else [],
        "Condition": excepting(environment.protection_lifted_by),
    }
    return document([statement])


def _verifier(environment: Environment) -> Iterator[dict[str, Any]]:
    buckets = _buckets(environment)
    policies, roles = _access(environment)
    yield allow("ReadVectorBuckets", _BUCKET_READ, buckets)
    yield allow("ReadIndexes", _INDEX_READ, _indexes(buckets))
    yield allow("ReadPolicies", _POLICY_READ, policies)
    yield allow("ReadRoles", _ROLE_READ, roles)
    yield allow("ReadRoleStatements", _STATEMENTS_READ, _with_statements(environment))
    yield allow("ReadPods", _PODS_READ, _pods(environment))
    yield allow("ReadParameters", _PARAMETERS_READ, _parameters(environment))
    yield allow("ReadKnowledgeBases", _KNOWLEDGE_READ, _knowledge_bases(environment))
    found = ["*"] if _knowledge_bases(environment) else []
    yield allow("FindKnowledgeBases", ["bedrock:ListKnowledgeBases"], found)
    yield allow("ReadKeys", _KEY_READ, _brought_keys(environment))
    yield allow("ReadCreatedKeys", _CREATED_KEY_READ, _created_keys(environment))


def _syncer(environment: Environment) -> Iterator[dict[str, Any]]:
    found = _knowledge_bases(environment)
    yield allow("FindKnowledgeBases", ["bedrock:ListKnowledgeBases"], ["*"] if found else [])
    yield allow("Synchronize", _SYNCHRONIZE, found)


def _planner(environment: Environment) -> Iterator[dict[str, Any]]:
    """What Terraform refreshes. A key that is brought is not read: it is no resource."""
    buckets, keys = _buckets(environment), _created_keys(environment)
    policies, roles = _access(environment)
    yield allow("ReadVectorBuckets", set(_BUCKET_READ) - {"s3vectors:ListIndexes"}, buckets)
    yield allow("ReadIndexes", _INDEX_READ, _indexes(buckets))
    yield allow("ReadPolicies", _POLICY_READ, policies)
    yield allow("ReadRoles", (*_ROLE_READ, "iam:ListRolePolicies"), roles)
    yield allow("ReadRoleStatements", _STATEMENTS_READ, _with_statements(environment))
    yield allow("ReadPods", _PODS_READ, _pods(environment))
    yield from _refreshed(environment)
    yield allow(
        "ReadKnowledgeBases",
        set(_KNOWLEDGE_READ) - {"bedrock:ListDataSources"},
        _knowledge_bases(environment),
    )
    yield allow("ReadCreatedKeys", _CREATED_KEY_READ, keys)
    yield allow("FindKeyAliases", ["kms:ListAliases"], ["*"] if keys else [])


def _deployer(environment: Environment) -> Iterator[dict[str, Any]]:
    buckets = _buckets(environment)
    policies, roles = _access(environment)
    keys = _created_keys(environment)
    aliases = [
        alias_arn(environment, region, alias)
        for region in environment.regions
        for alias in written_aliases(region)
    ]
    yield allow("WriteVectorBuckets", _BUCKET_WRITE, buckets)
    yield allow("WriteIndexes", _INDEX_WRITE, _indexes(buckets))
    yield from _searching(environment)
    yield allow("DeletionOfVectorBuckets", ["s3vectors:DeleteVectorBucket"], buckets)
    yield allow("DeletionOfIndexes", ["s3vectors:DeleteIndex"], _indexes(buckets))
    retired, successors, counted = _replaced(environment)
    yield allow("ListRetiredIndexes", ["s3vectors:ListVectors"], retired + counted)
    yield allow("FindKeysInSuccessors", ["s3vectors:GetVectors"], successors)
    yield allow("WritePolicies", _POLICY_WRITE, policies)
    yield allow("WriteRoles", _ROLE_WRITE, roles)
    attached = sorted({*policies, *(arn for role in _roles(environment) for arn in role.managed_policies)})
    attach = allow("AttachPolicies", _ATTACH, roles if attached else [])
    yield {**attach, "Condition": {"ArnEquals": {"iam:PolicyARN": attached}}}
    yield allow("WriteRoleStatements", _STATEMENTS_WRITE, _with_statements(environment))
    yield from _bound(environment)
    yield from _refreshed(environment)
    yield allow("WriteParameters", _PARAMETERS_WRITE, _parameters(environment))
    yield allow("WritePods", _PODS_WRITE, _pods(environment))
    yield from _passed(environment)
    knowledge_bases = _knowledge_bases(environment)
    # One has no ARN before it is made.
    yield allow("CreateKnowledgeBases", ["bedrock:CreateKnowledgeBase"], ["*"] if knowledge_bases else [])
    yield allow("WriteKnowledgeBases", _KNOWLEDGE_WRITE, knowledge_bases)
    yield allow("DeletionOfKnowledgeBases", _KNOWLEDGE_DELETION, knowledge_bases)
    yield allow("UseKeys", _KEY_USE, [*_brought_keys(environment), *keys])
    # A key has no ARN before it is made, and its alias and tags count only minutes later.
    yield allow("CreateKeys", ["kms:CreateKey", "kms:ListAliases"], ["*"] if keys else [])
    yield allow("WriteCreatedKeys", _KEY_WRITE, keys)
    yield allow("NameCreatedKeys", _ALIAS_WRITE, [*keys, *aliases])
    yield allow("DeletionOfCreatedKeys", ["kms:ScheduleKeyDeletion"], keys)


def _searching(environment: Environment) -> Iterator[dict[str, Any]]:
    """What `vectorform search-settings` calls within an apply, besides reading."""
    regions = environment.regions
    buckets = [bucket_arn(environment, region, bucket) for region in regions for bucket in of_buckets(region)]
    indexes = {
        index_arn(environment, region, bucket, index): index
        for region in regions
        for bucket, index in of_indexes(region)
    }
    modes = [arn for arn, index in indexes.items() if index.index_mode is not None]
    texts = [arn for arn, index in indexes.items() if index.text_search is not None]
    yield allow("SetDefaultIndexModes", ["s3vectors:PutVectorBucketDefaultIndexMode"], buckets)
    yield allow("SetIndexModes", ["s3vectors:UpdateIndexMode"], modes)
    yield allow("SetTextSearch", ["s3vectors:UpdateMetadataConfiguration"], texts)


def _buckets(environment: Environment) -> list[str]:
    return [
        bucket_arn(environment, region, bucket)
        for region in environment.regions
        for bucket in region.written_vector_buckets
    ]


def _replaced(environment: Environment) -> tuple[list[str], list[str], list[str]]:
    """The ARNs of what `vectorform retire` and the guard list, look keys up in, and only count.

    Those are the retired indexes that another one replaces; the others with the same keys; those with others.
    """
    retired: list[str] = []
    successors: list[str] = []
    counted: list[str] = []
    for region in environment.regions:
        for bucket in region.vector_buckets:
            for index in bucket.written_indexes:
                replacement = index.retirement.replaced_by if index.retirement else None
                if replacement is None or replacement.index is None or _kept(index):
                    continue
                arn = index_arn(environment, region, *written(region, replacement.index))
                retired.append(index_arn(environment, region, bucket, index))
                (successors if replacement.other_keys is None else counted).append(arn)
    return retired, successors, counted


def _kept(index: Index) -> bool:
    return index.retirement is not None and index.retirement.keep


def _indexes(buckets: Iterable[str]) -> list[str]:
    return [f"{bucket}/index/*" for bucket in buckets]


def _access(environment: Environment) -> tuple[list[str], list[str]]:
    """The ARNs of the policies and of the roles."""
    policies = [policy_arn(environment, access) for access in environment.access if access.grants]
    return policies, [role_arn(environment, access.role) for access in environment.access if access.role]


def _parameters(environment: Environment) -> list[str]:
    """The ARNs of all parameters below the path, as a pattern, and of those with names of their own."""
    found = []
    for region in environment.regions:
        if region.outputs is not None:
            names = [f"{region.outputs.path}*", *(n for n in region.outputs.values if n.startswith("/"))]
            found += [parameter_arn(environment, region, name) for name in names]
    return found


def _refreshed(environment: Environment) -> Iterator[dict[str, Any]]:
    """ssm:DescribeParameters takes no resource (Service Authorization Reference, Systems Manager)."""
    parameters = _parameters(environment)
    yield allow("RefreshParameters", _PARAMETERS_REFRESH, parameters)
    yield allow("ListParameters", ["ssm:DescribeParameters"], ["*"] if parameters else [])


def _roles(environment: Environment) -> list[Role]:
    return [access.role for access in environment.access if access.role]


def _with_statements(environment: Environment) -> list[str]:
    """The ARNs of the roles that have a policy within them."""
    return [
        role_arn(environment, access.role)
        for access in environment.access
        if access.role and has_role_policy(environment, access)
    ]


def _bound(environment: Environment) -> Iterator[dict[str, Any]]:
    """Roles with a boundary: none but theirs may be put on them."""
    bound = [role for role in _roles(environment) if role.permissions_boundary]
    statement = allow("BoundRoles", _BOUND, [role_arn(environment, role) for role in bound])
    boundaries = sorted({str(role.permissions_boundary) for role in bound})
    yield {**statement, "Condition": {"ArnEquals": {"iam:PermissionsBoundary": boundaries}}}


def _pods(environment: Environment) -> list[str]:
    """The ARNs of the clusters whose pods are associated, and of the associations."""
    found = []
    for role in _roles(environment):
        pods = role.eks_pod_identity
        if pods is not None:
            for region in pods.regions:
                eks = f"arn:{partition(region)}:eks:{region}:{environment.account_id}"
                found += [f"{eks}:cluster/{pods.cluster}", f"{eks}:podidentityassociation/{pods.cluster}/*"]
    return found


def _passed(environment: Environment) -> Iterator[dict[str, Any]]:
    """EKS gets the roles of pods from whoever associates them (EKS User Guide, "EKS Pod Identity"); likewise
    Bedrock those of knowledge bases (Service Authorization Reference, "Amazon Bedrock").
    """
    given = [role_arn(environment, role) for role in _roles(environment) if role.eks_pod_identity]
    statement = allow("PassRolesToPods", ["iam:PassRole"], given)
    yield {**statement, "Condition": {"StringEquals": {"iam:PassedToService": "pods.eks.amazonaws.com"}}}
    used = [arn_of_role(environment, of) for region in environment.regions for of in region.knowledge_bases]
    statement = allow("PassRolesToBedrock", ["iam:PassRole"], used)
    yield {**statement, "Condition": {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}}


def _knowledge_bases(environment: Environment) -> list[str]:
    """The pattern of their ARNs, whose ids Bedrock gives, in each region that has any."""
    return [
        any_knowledge_base_arn(environment, region.name)
        for region in environment.regions
        if region.knowledge_bases
    ]


def _brought_keys(environment: Environment) -> list[str]:
    return [arn for region in environment.regions for arn in region.brought_keys]


def _created_keys(environment: Environment) -> list[str]:
    return [any_key_arn(environment, region) for region in environment.regions if written_aliases(region)]
