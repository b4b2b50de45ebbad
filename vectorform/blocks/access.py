"""IAM: the policies of `access`, and the roles that carry them."""

from __future__ import annotations

from vectorform.blocks.for_each import each, each_map
from vectorform.blocks.framework import (
    Construct,
    IamPolicy,
    IamRole,
    IamRolePolicyAttachment,
    TerraformResource,
)
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name


def add_access(stack: Construct) -> list[TerraformResource]:
    """Policies, roles and attachments; in every stack, with something in them in the home region's alone."""
    policies = IamPolicy(
        stack,
        block_name(addresses.ACCESS_POLICIES),
        name=each("name"),
        description=each("description"),
        policy=each("policy"),
        tags=each_map("tags"),
    )
    roles = IamRole(
        stack,
        block_name(addresses.ACCESS_ROLES),
        name=each("name"),
        description=each("description"),
        assume_role_policy=each("assume_role_policy"),
        tags=each_map("tags"),
    )
    attachments = IamRolePolicyAttachment(
        stack,
        block_name(addresses.ACCESS_ROLE_POLICIES),
        role=f"${{{addresses.ACCESS_ROLES}[each.key].name}}",
        policy_arn=f"${{{addresses.ACCESS_POLICIES}[each.key].arn}}",
    )
    return [policies, roles, attachments]
