"""Who is asking: the principal behind a request's credentials, and the policies that bind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
BOUNDARY = "permissions boundary"  # the kind of a Limit


@dataclass(frozen=True, slots=True)
class Session:
    """What temporary credentials carry besides whose they are.

    `issued` is in seconds since 1970. `tags` are the session's own; those that `transitive` names go on to
    the roles that the session assumes. `policy_arns` are managed policies that limit it. `provider` is the
    identity provider that vouched for it.
    """

    name: str
    issued: float
    mfa: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    source_identity: str | None = None
    policy_arns: tuple[str, ...] = ()
    provider: str | None = None

    def inherited_tags(self) -> Mapping[str, str]:
        """The tags of a session of a role that this session assumes."""
        return {key: value for key, value in self.tags.items() if key in self.transitive}


@dataclass(frozen=True, slots=True)
class Limit:
    """Policies that must allow an action besides: a permissions boundary, a `session policy`."""

    kind: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated principal.

    `arn` is what policies see as aws:PrincipalArn; for the session of a role that is the role's, and
    `session_arn` is the session's own. `policies` are its identity policies. Each entry of `limits` is
    a further set that must allow an action as well: a permissions boundary, a session policy. `federated`:
    it is no principal of IAM yet, but somebody for whom an identity provider, `arn`, vouches. `service`: it
    is a service of AWS, and `arn` its name; `source_arn` is the resource that it calls for. `made_up`: it is
    root because nothing else is said, so it may assume roles, as anybody who works at this machine may.
    """

    account: str
    arn: str
    user_id: str
    root: bool = False
    session_arn: str | None = None
    user_name: str | None = None
    policies: tuple[Document, ...] = ()
    limits: tuple[Limit, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    session: Session | None = None
    user_agent: str | None = None
    federated: bool = False
    service: bool = False
    source_arn: str | None = None
    vpc_endpoint: str | None = None
    vpc: str | None = None
    made_up: bool = False

    @property
    def federated_user(self) -> bool:
        """Whether it has the credentials of GetFederationToken."""
        return self.session_arn is not None and self.session_arn == self.arn

    @property
    def display_arn(self) -> str:
        """The ARN that error messages and GetCallerIdentity show."""
        return self.session_arn or self.arn


def root_of(account: str, partition: str, *, made_up: bool = False) -> Caller:
    """The root user of an account: no identity policy binds it."""
    return Caller(account, f"arn:{partition}:iam::{account}:root", account, root=True, made_up=made_up)


def service_of(name: str, account: str, source_arn: str | None = None) -> Caller:
    """A service of AWS, e.g. `lambda.amazonaws.com`, at work for `account`, and for a resource of it."""
    return Caller(account, name, name, service=True, source_arn=source_arn)
