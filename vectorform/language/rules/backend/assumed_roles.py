"""The roles that `provider` and `backend` assume: whole ARNs of roles, and the provider's of this account."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.holders import role_of_state
from vectorform.language.nodes import Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

FORM = Rule("VF329", "assumed-role")
ACCOUNT = Rule("VF319", "deployer-of-other-account")

_ROLE = re.compile(r"arn:aws[-a-z0-9]*:iam::(?P<account>[0-9]{12}):role/[\w+=,.@/-]+", re.ASCII)


def check(configuration: Configuration) -> Iterator[Problem]:
    """Each of the two, where it could be filled in."""
    environment = configuration.environment
    for section, arn in (
        ("provider", environment.provider.assume_role),
        ("backend", role_of_state(environment)),
    ):
        if not arn:
            continue
        path: Path = (section, "assume_role")
        node = configuration.find(*path)
        if isinstance(node.value, dict):
            path, node = (*path, "role_arn"), node.mapping["role_arn"]
        parts = _ROLE.fullmatch(arn)
        if parts is None:
            hint = "write the whole ARN: arn:{partition}:iam::{account_id}:role/NAME"
            yield FORM.at(node, path, f"{show(arn)} is not the ARN of a role", hint)
        elif section == "provider" and environment.account_id and parts["account"] != environment.account_id:
            message = (
                f"the role is in account {parts['account']}, the environment in {environment.account_id}"
            )
            hint = "every deploy would be refused: name a role of the environment's account"
            yield ACCOUNT.at(node, path, message, hint)
