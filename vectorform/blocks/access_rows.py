"""The `for_each` maps of access entries: policies, roles and what roles have. Account-wide: at home alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.blocks.literals import compact, literal
from vectorform.desired.addresses import access_role_address
from vectorform.desired.arns import ROLE_STATEMENTS, role_arn
from vectorform.desired.model import Access, Environment, Region, Role
from vectorform.desired.policies import access_policy, has_role_policy, role_policy
from vectorform.desired.trust import trust_policy

Rows = dict[str, dict[str, Any]]


def access_policy_rows(environment: Environment, region: Region) -> Rows:
    """The IAM managed policies of the entries that grant something."""
    return {
        access.key: {
            "name": access.policy_name,
            "path": access.path,
            "description": literal(access.description),
            "policy": literal(compact(access_policy(environment, access))),
            "tags": literal(access.tags),
        }
        for access in environment.access
        if region.name == environment.home.name and access.grants
    }


def access_role_rows(environment: Environment, region: Region) -> Rows:
    """The IAM roles of the access entries that have one."""
    return {
        access.key: {
            "name": role.name,
            "path": role.path,
            "description": literal(access.description),
            "assume_role_policy": literal(compact(trust_policy(environment, role))),
            "permissions_boundary": role.permissions_boundary,
            "max_session_duration": role.max_session_duration,
            "tags": literal(access.tags),
        }
        for access, role in _roles(environment, region)
    }


def attachment_rows(environment: Environment, region: Region) -> Rows:
    """Which roles have their entry's policy."""
    return {access.key: {} for access, _ in _roles(environment, region) if access.grants}


def managed_policy_rows(environment: Environment, region: Region) -> Rows:
    """The managed policies of others that roles have, by entry and name."""
    return {
        f"{access.key}/{arn.partition(':policy/')[2]}": {
            "role": _name_of(access),
            "policy_arn": literal(arn),
        }
        for access, role in _roles(environment, region)
        for arn in role.managed_policies
    }


def statement_rows(environment: Environment, region: Region) -> Rows:
    """The policies within roles: their own statements, and what others of the file allow them."""
    return {
        access.key: {
            "name": ROLE_STATEMENTS,
            "role": _name_of(access),
            "policy": literal(compact(role_policy(environment, access))),
        }
        for access, _ in _roles(environment, region)
        if has_role_policy(environment, access)
    }


def pod_identity_rows(environment: Environment, region: Region) -> Rows:
    """The associations of roles with pods, in each region that has the cluster."""
    return {
        access.key: {
            "cluster_name": pods.cluster,
            "namespace": pods.namespace,
            "service_account": pods.service_account,
            "role_arn": f"${{{access_role_address(access)}.arn}}"
            if region.name == environment.home.name
            else role_arn(environment, role),
            "tags": literal(access.tags),
        }
        for access, role, pods in environment.pods_in(region)
    }


def _roles(environment: Environment, region: Region) -> Iterator[tuple[Access, Role]]:
    if region.name == environment.home.name:
        for access in environment.access:
            if access.role is not None:
                yield access, access.role


def _name_of(access: Access) -> str:
    """The role's name, read from the role: what belongs to it waits for it."""
    return f"${{{access_role_address(access)}.name}}"
