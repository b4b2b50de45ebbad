"""The statements on the resources of an environment that each command needs: which calls, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.desired import account_calls as calls
from vectorform.desired import account_places as places
from vectorform.desired.arns import alias_arn, bucket_arn, index_arn, role_arn
from vectorform.desired.bedrock import arn_of_role
from vectorform.desired.created_keys import written_aliases
from vectorform.desired.model import Environment
from vectorform.desired.search_settings import of_buckets, of_indexes
from vectorform.desired.statements import allow


def verifying(environment: Environment) -> Iterator[dict[str, Any]]:
    """What is read to compare AWS with the configuration."""
    buckets = places.vector_buckets(environment)
    policies, roles = places.policies_and_roles(environment)
    yield allow("ReadVectorBuckets", calls.BUCKET_READ, buckets)
    yield allow("ReadIndexes", calls.INDEX_READ, places.indexes_of(buckets))
    yield allow("ReadPolicies", calls.POLICY_READ, policies)
    yield allow("ReadRoles", calls.ROLE_READ, roles)
    yield allow("ReadRoleStatements", calls.STATEMENTS_READ, places.roles_with_statements(environment))
    yield allow("ReadPods", calls.PODS_READ, places.pods(environment))
    yield allow("ReadParameters", calls.PARAMETERS_READ, places.parameters(environment))
    yield allow("ReadKnowledgeBases", calls.KNOWLEDGE_READ, places.knowledge_bases(environment))
    yield _listing(environment)
    yield allow("ReadKeys", calls.KEY_READ, places.brought_keys(environment))
    yield allow("ReadCreatedKeys", calls.CREATED_KEY_READ, places.created_keys(environment))


def synchronizing(environment: Environment) -> Iterator[dict[str, Any]]:
    """Ingestion jobs of all knowledge bases."""
    yield _listing(environment)
    yield allow("Synchronize", calls.SYNCHRONIZE, places.knowledge_bases(environment))


def _listing(environment: Environment) -> dict[str, Any]:
    """A knowledge base is found by its name, in the list of all."""
    found = ["*"] if places.knowledge_bases(environment) else []
    return allow("FindKnowledgeBases", ["bedrock:ListKnowledgeBases"], found)


def planning(environment: Environment) -> Iterator[dict[str, Any]]:
    """What Terraform refreshes. A key that is brought is not read: it is no resource."""
    buckets, keys = places.vector_buckets(environment), places.created_keys(environment)
    policies, roles = places.policies_and_roles(environment)
    yield allow("ReadVectorBuckets", set(calls.BUCKET_READ) - {"s3vectors:ListIndexes"}, buckets)
    yield allow("ReadIndexes", calls.INDEX_READ, places.indexes_of(buckets))
    yield allow("ReadPolicies", calls.POLICY_READ, policies)
    yield allow("ReadRoles", (*calls.ROLE_READ, "iam:ListRolePolicies"), roles)
    yield allow("ReadRoleStatements", calls.STATEMENTS_READ, places.roles_with_statements(environment))
    yield allow("ReadPods", calls.PODS_READ, places.pods(environment))
    yield from _refreshed(environment)
    yield allow(
        "ReadKnowledgeBases",
        set(calls.KNOWLEDGE_READ) - {"bedrock:ListDataSources"},
        places.knowledge_bases(environment),
    )
    yield allow("ReadCreatedKeys", calls.CREATED_KEY_READ, keys)
    yield allow("FindKeyAliases", ["kms:ListAliases"], ["*"] if keys else [])


def deploying(environment: Environment) -> Iterator[dict[str, Any]]:
    """What an apply and a destroy call, besides what the verification reads."""
    buckets = places.vector_buckets(environment)
    policies, roles = places.policies_and_roles(environment)
    keys = places.created_keys(environment)
    aliases = [
        alias_arn(environment, region, alias)
        for region in environment.regions
        for alias in written_aliases(region)
    ]
    yield allow("WriteVectorBuckets", calls.BUCKET_WRITE, buckets)
    yield allow("WriteIndexes", calls.INDEX_WRITE, places.indexes_of(buckets))
    yield from _searching(environment)
    yield allow("DeletionOfVectorBuckets", ["s3vectors:DeleteVectorBucket"], buckets)
    yield allow("DeletionOfIndexes", ["s3vectors:DeleteIndex"], places.indexes_of(buckets))
    retired, successors, counted = places.replaced(environment)
    yield allow("ListRetiredIndexes", ["s3vectors:ListVectors"], retired + counted)
    yield allow("FindKeysInSuccessors", ["s3vectors:GetVectors"], successors)
    yield allow("WritePolicies", calls.POLICY_WRITE, policies)
    yield allow("WriteRoles", calls.ROLE_WRITE, roles)
    managed = [arn for role in places.roles(environment) for arn in role.managed_policies]
    attached = sorted({*policies, *managed})
    attach = allow("AttachPolicies", calls.ATTACH, roles if attached else [])
    yield {**attach, "Condition": {"ArnEquals": {"iam:PolicyARN": attached}}}
    yield allow("WriteRoleStatements", calls.STATEMENTS_WRITE, places.roles_with_statements(environment))
    yield from _bound(environment)
    yield from _refreshed(environment)
    yield allow("WriteParameters", calls.PARAMETERS_WRITE, places.parameters(environment))
    yield allow("WritePods", calls.PODS_WRITE, places.pods(environment))
    yield from _passed(environment)
    knowledge_bases = places.knowledge_bases(environment)
    # One has no ARN before it is made.
    yield allow("CreateKnowledgeBases", ["bedrock:CreateKnowledgeBase"], ["*"] if knowledge_bases else [])
    yield allow("WriteKnowledgeBases", calls.KNOWLEDGE_WRITE, knowledge_bases)
    yield allow("DeletionOfKnowledgeBases", calls.KNOWLEDGE_DELETION, knowledge_bases)
    yield allow("UseKeys", calls.KEY_USE, [*places.brought_keys(environment), *keys])
    # A key has no ARN before it is made, and its alias and tags count only minutes later.
    yield allow("CreateKeys", ["kms:CreateKey", "kms:ListAliases"], ["*"] if keys else [])
    yield allow("WriteCreatedKeys", calls.KEY_WRITE, keys)
    yield allow("NameCreatedKeys", calls.ALIAS_WRITE, [*keys, *aliases])
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


def _refreshed(environment: Environment) -> Iterator[dict[str, Any]]:
    """ssm:DescribeParameters takes no resource (Service Authorization Reference, Systems Manager)."""
    parameters = places.parameters(environment)
    yield allow("RefreshParameters", calls.PARAMETERS_REFRESH, parameters)
    yield allow("ListParameters", ["ssm:DescribeParameters"], ["*"] if parameters else [])


def _bound(environment: Environment) -> Iterator[dict[str, Any]]:
    """Roles with a boundary: none but theirs may be put on them."""
    bound = [role for role in places.roles(environment) if role.permissions_boundary]
    statement = allow("BoundRoles", calls.BOUND, [role_arn(environment, role) for role in bound])
    boundaries = sorted({str(role.permissions_boundary) for role in bound})
    yield {**statement, "Condition": {"ArnEquals": {"iam:PermissionsBoundary": boundaries}}}


def _passed(environment: Environment) -> Iterator[dict[str, Any]]:
    """The caller passes the roles of pods to EKS (EKS User Guide, "EKS Pod Identity"); likewise
    Bedrock those of knowledge bases (Service Authorization Reference, "Amazon Bedrock").
    """
    given = [role_arn(environment, role) for role in places.roles(environment) if role.eks_pod_identity]
    statement = allow("PassRolesToPods", ["iam:PassRole"], given)
    yield {**statement, "Condition": {"StringEquals": {"iam:PassedToService": "pods.eks.amazonaws.com"}}}
    used = [arn_of_role(environment, of) for region in environment.regions for of in region.knowledge_bases]
    statement = allow("PassRolesToBedrock", ["iam:PassRole"], used)
    yield {**statement, "Condition": {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}}
