"""Who may use the vector buckets: access entries, what they grant, their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vectorform.desired.model.common import Source, Tags

Permissions = Literal["read", "write", "read-write", "admin"]


@dataclass(frozen=True, slots=True)
class Grant:
    """Access to one bucket, in every region of the environment; `indexes` None means all of its indexes."""

    bucket: str
    indexes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that an access entry's policy is attached to, and who may assume it.

    `trusted_principals` are ARNs or account ids; `external_id` is what they have to present.
    """

    name: str
    trusted_services: tuple[str, ...] = ()
    trusted_principals: tuple[str, ...] = ()
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """An application's access: becomes one IAM managed policy named `policy_name`, account-wide.

    `role` None means that who uses the policy attaches it.
    """

    key: str
    policy_name: str
    permissions: Permissions
    grants: tuple[Grant, ...]
    description: str = ""
    role: Role | None = None
    tags: Tags = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)
