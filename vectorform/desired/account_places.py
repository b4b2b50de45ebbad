"""The ARNs of what an environment has, by kind: exactly its resources, and patterns where AWS gives an id."""

from __future__ import annotations

from collections.abc import Iterable

from vectorform.desired.arns import any_key_arn, bucket_arn, index_arn, partition, policy_arn, role_arn
from vectorform.desired.bedrock import any_knowledge_base_arn
from vectorform.desired.comparisons import written
from vectorform.desired.created_keys import written_aliases
from vectorform.desired.model import Environment, Index, Role
from vectorform.desired.parameters import parameter_arn
from vectorform.desired.policies import has_role_policy


def vector_buckets(environment: Environment) -> list[str]:
    """The ARNs of all vector buckets that are in the file, also of retired ones."""
    return [
        bucket_arn(environment, region, bucket)
        for region in environment.regions
        for bucket in region.written_vector_buckets
    ]


def replaced(environment: Environment) -> tuple[list[str], list[str], list[str]]:
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


def indexes_of(buckets: Iterable[str]) -> list[str]:
    """The pattern of all indexes of each vector bucket, by its ARN."""
    return [f"{bucket}/index/*" for bucket in buckets]


def policies_and_roles(environment: Environment) -> tuple[list[str], list[str]]:
    """The ARNs of the policies and of the roles."""
    policies = [policy_arn(environment, access) for access in environment.access if access.grants]
    return policies, [role_arn(environment, access.role) for access in environment.access if access.role]


def parameters(environment: Environment) -> list[str]:
    """The ARNs of all parameters below the path, as a pattern, and of those with names of their own."""
    found = []
    for region in environment.regions:
        if region.outputs is not None:
            names = [f"{region.outputs.path}*", *(n for n in region.outputs.values if n.startswith("/"))]
            found += [parameter_arn(environment, region, name) for name in names]
    return found


def roles(environment: Environment) -> list[Role]:
    """The roles of access entries."""
    return [access.role for access in environment.access if access.role]


def roles_with_statements(environment: Environment) -> list[str]:
    """The ARNs of the roles that have a policy within them."""
    return [
        role_arn(environment, access.role)
        for access in environment.access
        if access.role and has_role_policy(environment, access)
    ]


def pods(environment: Environment) -> list[str]:
    """The ARNs of the clusters whose pods are associated, and of the associations."""
    found = []
    for role in roles(environment):
        pods = role.eks_pod_identity
        if pods is not None:
            for region in pods.regions:
                eks = f"arn:{partition(region)}:eks:{region}:{environment.account_id}"
                found += [f"{eks}:cluster/{pods.cluster}", f"{eks}:podidentityassociation/{pods.cluster}/*"]
    return found


def knowledge_bases(environment: Environment) -> list[str]:
    """The pattern of their ARNs, whose ids Bedrock gives, in each region that has any."""
    return [
        any_knowledge_base_arn(environment, region.name)
        for region in environment.regions
        if region.knowledge_bases
    ]


def brought_keys(environment: Environment) -> list[str]:
    """The ARNs of the KMS keys that exist already."""
    return [arn for region in environment.regions for arn in region.brought_keys]


def created_keys(environment: Environment) -> list[str]:
    """The pattern of the keys that the stack makes, whose ids KMS gives, in each region that has any."""
    return [any_key_arn(environment, region) for region in environment.regions if written_aliases(region)]
