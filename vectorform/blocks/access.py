"""IAM: the policies of `access`, the roles that carry them, and what roles have besides."""

from __future__ import annotations

from vectorform.blocks import access_rows
from vectorform.blocks.for_each import each, each_map, each_number
from vectorform.blocks.framework import (
    Construct,
    IamPolicy,
    IamRole,
    IamRolePolicyAttachment,
    TerraformResource,
    later,
)
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name
from vectorform.desired.attributes import ROLE
from vectorform.desired.model import Environment, Region


def add_access(
    stack: Construct, environment: Environment | None = None, region: Region | None = None
) -> list[TerraformResource]:
    """Policies, roles and attachments; in every stack, with something in them in the home region's alone.

    What few roles have, only where it is: managed policies of others, own statements, pods.
    """
    policies = IamPolicy(
        stack,
        block_name(addresses.ACCESS_POLICIES),
        name=each("name"),
        path=each("path"),
        description=each("description"),
        policy=each("policy"),
        tags=each_map("tags"),
    )
    roles = IamRole(
        stack,
        block_name(addresses.ACCESS_ROLES),
        name=each("name"),
        path=each("path"),
        description=each("description"),
        assume_role_policy=each("assume_role_policy"),
        permissions_boundary=each(ROLE["permissions_boundary"].argument),
        max_session_duration=each_number("max_session_duration"),
        tags=each_map("tags"),
    )
    attachments = IamRolePolicyAttachment(
        stack,
        block_name(addresses.ACCESS_ROLE_POLICIES),
        role=f"${{{addresses.ACCESS_ROLES}[each.key].name}}",
        policy_arn=f"${{{addresses.ACCESS_POLICIES}[each.key].arn}}",
    )
    found: list[TerraformResource] = [policies, roles, attachments]
    if environment is not None and region is not None:
        found += _of_few_roles(stack, environment, region)
    return found


def _of_few_roles(stack: Construct, environment: Environment, region: Region) -> list[TerraformResource]:
    found: list[TerraformResource] = []
    if access_rows.managed_policy_rows(environment, region):
        name = block_name(addresses.ACCESS_ROLE_MANAGED_POLICIES)
        found.append(IamRolePolicyAttachment(stack, name, role=each("role"), policy_arn=each("policy_arn")))
    if access_rows.statement_rows(environment, region):
        name = block_name(addresses.ACCESS_ROLE_STATEMENTS)
        policy = later("IamRolePolicy")
        found.append(policy(stack, name, name=each("name"), role=each("role"), policy=each("policy")))
    if access_rows.pod_identity_rows(environment, region):
        association = later("EksPodIdentityAssociation")
        pods = association(
            stack,
            block_name(addresses.POD_IDENTITIES),
            cluster_name=each("cluster_name"),
            namespace=each("namespace"),
            service_account=each("service_account"),
            role_arn=each("role_arn"),
            tags=each_map("tags"),
        )
        found.append(pods)
    return found
