"""Who needs which permissions: the user who runs a command, the role that it assumes, the role of the state.

Terraform's S3 backend calls as the caller or as its own `assume_role`, never as the provider's (Terraform
documentation, "Backend Type: s3"; AWS provider documentation, "Assuming an IAM Role").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from vectorform.desired.model import Environment
from vectorform.desired.statements import allow, document

Name = Literal["caller", "role", "state-role"]
Statements = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Holder:
    """`arn` is that of a role that is assumed; "" for the caller of the command. `policy` may be empty."""

    name: Name
    arn: str
    policy: dict[str, Any]


def holders(environment: Environment, account: Statements, state: Statements) -> tuple[Holder, ...]:
    """Who needs what of `account`, the calls within the account, and `state`, those of the backend.

    The caller comes first. A role that nothing is asked of is not among them.
    """
    of = {"account": list(account), "state": list(state)}
    roles = {"account": environment.provider.assume_role, "state": role_of_state(environment)}
    assumed = {part: arn for part, arn in roles.items() if arn and document(of[part])["Statement"]}
    own = [statement for part in of if part not in assumed for statement in of[part]]
    assume = allow("AssumeRoles", ["sts:AssumeRole"], assumed.values())
    found = [Holder("caller", "", document([assume, *own]))]
    if assumed.get("account") == assumed.get("state") and assumed:
        return (*found, Holder("role", assumed["account"], document([*of["account"], *of["state"]])))
    names: dict[str, Name] = {"account": "role", "state": "state-role"}
    return (*found, *(Holder(names[part], arn, document(of[part])) for part, arn in assumed.items()))


def role_of_state(environment: Environment) -> str | None:
    """The ARN of the role that reads and writes the state, where the backend assumes one."""
    role = environment.backend.settings.get("assume_role") or {}
    return role.get("role_arn")
