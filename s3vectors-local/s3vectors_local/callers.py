"""Who is asking: the principal behind a request's credentials, and the policies that bind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated principal.

    `arn` is what policies see as aws:PrincipalArn; for the session of a role that is the role's, and
    `session_arn` is the session's own. `policies` are its identity policies. Each entry of `limits` is
    a further set that must allow an action as well: a permissions boundary, a session policy.
    """

    account: str
    arn: str
    user_id: str
    root: bool = False
    session_arn: str | None = None
    user_name: str | None = None
    policies: tuple[Document, ...] = ()
    limits: tuple[tuple[Document, ...], ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def display_arn(self) -> str:
        """The ARN that error messages and GetCallerIdentity show."""
        return self.session_arn or self.arn


def root_of(account: str, partition: str) -> Caller:
    """The root user of an account: no identity policy binds it."""
    return Caller(account, f"arn:{partition}:iam::{account}:root", account, root=True)
