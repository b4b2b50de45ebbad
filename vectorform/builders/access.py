"""What applications may do, and who may assume their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from vectorform.builders.base import Builder, Conditions, Reference, Texts
from vectorform.desired.model import Permissions


@dataclass(slots=True)
class Grant(Builder):
    """Access to one bucket, or to some of its indexes."""

    _: KW_ONLY
    bucket: str
    indexes: Sequence[str] | None = None
    index_prefix: str | None = None
    for_each: str | Sequence[str | int] | Mapping[str, object] | None = None


@dataclass(slots=True)
class Statement(Builder):
    """A statement of IAM."""

    _: KW_ONLY
    sid: str | None = None
    effect: Literal["Allow", "Deny"] | None = None
    actions: Texts | None = None
    not_actions: Texts | None = None
    resources: Texts | None = None
    not_resources: Texts | None = None
    conditions: Conditions | None = None


@dataclass(slots=True)
class Oidc(Builder):
    """Users of an OpenID Connect provider."""

    _: KW_ONLY
    provider: str
    subjects: Texts
    audiences: Texts


@dataclass(slots=True)
class PodIdentity(Builder):
    """Pods of a service account in EKS."""

    _: KW_ONLY
    cluster: str
    namespace: str
    service_account: str
    regions: Sequence[str] | None = None


@dataclass(slots=True)
class Role(Builder):
    """An IAM role with the access entry's policy, and who may assume it."""

    _: KW_ONLY
    trusted_services: Sequence[str] | None = None
    trusted_principals: Sequence[str | Reference] | None = None
    trusted_actions: Sequence[str] | None = None
    external_id: str | None = None
    oidc: Oidc | None = None
    eks_pod_identity: PodIdentity | None = None
    conditions: Conditions | None = None
    max_session_duration: int | None = None
    managed_policies: Sequence[str] | None = None
    statements: Sequence[Statement] | None = None


@dataclass(slots=True)
class Access(Builder):
    """What one application may do."""

    _: KW_ONLY
    name: str | None = None
    path: str | None = None
    permissions_boundary: str | None = None
    permissions: Permissions | None = None
    actions: Texts | None = None
    grants: Sequence[Grant] | None = None
    description: str | None = None
    role: Role | None = None
    tags: Mapping[str, str | None] | None = None
