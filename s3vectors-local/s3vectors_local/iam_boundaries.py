"""Permissions boundaries of users, which moto lacks, and of roles, which it takes unseen. Imports moto.

Source: IAM User Guide, "Permissions boundaries for IAM entities"; IAM API Reference,
PutUserPermissionsBoundary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from s3vectors_local.callers import Caller
from s3vectors_local.iam_errors import NoSuchEntity
from s3vectors_local.partitions import partition

_SET = frozenset({"CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"})


def boundary_of(user: Any) -> str | None:
    """The ARN of a user's boundary; moto's users have no such attribute by themselves."""
    arn: str | None = getattr(user, "permissions_boundary_arn", None)
    return arn


def check(operation: str, form: Mapping[str, str], caller: Caller, region: str) -> None:
    """Raises NoSuchEntity for a boundary that is no policy."""
    arn = form.get("PermissionsBoundary") if operation in _SET else None
    if arn and arn not in iam_backends[caller.account][partition(region)].managed_policies:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.")


def keep(operation: str, form: Mapping[str, str], caller: Caller, region: str) -> bool:
    """Keep, or forget, the boundary of a user; False for a call that is about another thing.

    Raises NoSuchEntity.
    """
    if operation not in ("CreateUser", "DeleteUserPermissionsBoundary", "PutUserPermissionsBoundary"):
        return False
    name, arn = form.get("UserName", ""), form.get("PermissionsBoundary")
    user = iam_backends[caller.account][partition(region)].users.get(name)
    if user is None:
        raise NoSuchEntity(f"The user with name {name} cannot be found.")
    user.permissions_boundary_arn = arn
    # In the shape in which moto's answers about users would have it.
    user.permissions_boundary = arn and {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": arn,
    }
    return True
