"""Who may use the vector buckets: access entries, what they grant, their roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vectorform.desired.model.common import Source, Tags

Permissions = Literal["read", "write", "read-write", "admin"]


@dataclass(frozen=True, slots=True)
class Grant:
    """Access to one bucket, in every region of the environment.

    `indexes` None means all of its indexes; with `index_prefix`, those whose names in AWS start with it.
    """

    bucket: str
    indexes: tuple[str, ...] | None = None
    index_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of an IAM policy that belongs to a role, in the terms of the IAM policy grammar.

    Of `actions` and `not_actions`, and of `resources` and `not_resources`, one is written.
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    sid: str | None = None
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider that exists in the account, and which of its tokens may assume a role.

    `provider` is its URL without https://; `subjects` are the `sub` and `audiences` the `aud` of tokens.
    """

    provider: str
    subjects: tuple[str, ...]
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PodIdentity:
    """The pods that EKS gives a role: those of a service account, in clusters that exist in `regions`."""

    cluster: str
    namespace: str
    service_account: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that an access entry's policy is attached to, and who may assume it.

    `trusted_principals` are ARNs or account ids; `trusted_roles`, ARNs of roles that this file makes or
    names; `external_id` is what both have to present. `conditions` hold for everybody who is trusted.
    `max_session_duration` is in seconds. `managed_policies` are ARNs.
    """

    name: str
    trusted_services: tuple[str, ...] = ()
    trusted_principals: tuple[str, ...] = ()
    external_id: str | None = None
    path: str = "/"
    permissions_boundary: str | None = None
    max_session_duration: int = 3600
    trusted_roles: tuple[str, ...] = ()
    trusted_actions: tuple[str, ...] = ()
    oidc: Oidc | None = None
    eks_pod_identity: PodIdentity | None = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    managed_policies: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """An application's access: becomes one IAM managed policy named `policy_name`, account-wide.

    Without `grants` there is a role and no such policy. `permissions` is None where `actions` are written:
    those of S3 Vectors that it may do instead. `role` None means that who uses the policy attaches it.
    `knowledge_base` is the key of the knowledge base that it was made for, where no entry is written.
    """

    key: str
    policy_name: str
    permissions: Permissions | None = None
    grants: tuple[Grant, ...] = ()
    actions: tuple[str, ...] = ()
    path: str = "/"
    description: str = ""
    role: Role | None = None
    tags: Tags = field(default_factory=dict)
    knowledge_base: str | None = None
    source: Source | None = field(default=None, compare=False)

    @property
    def summary(self) -> str:
        """What it may do with vectors, in a word or two: `read-write`, `2 actions`."""
        if not self.grants:
            return "no vectors"
        return self.permissions or f"{len(self.actions)} actions"
