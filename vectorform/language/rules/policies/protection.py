"""`protection_lifted_by`: roles that there are, and one at least that no edit of this file can delete."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.arns import partition, role_arn
from vectorform.desired.model import Environment
from vectorform.desired.wildcards import arn_matches
from vectorform.language.nodes import Node, Path, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.policies.conditions import SESSION
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

A_ROLE = Rule("VF660", "protection-lifted-by-role")
ROLE_OF_ACCOUNT = Rule("VF661", "protection-lifted-by-other-account")
EVERY_ROLE = Rule("VF662", "protection-lifted-by-every-role")
ROLE_THAT_STAYS = Rule("VF663", "protection-lifted-by-own-roles-alone")

_ROLE = re.compile(
    r"arn:(?P<partition>[^:]+):iam::(?P<account>[0-9]{12}):role/([!-~]*/)?[\w+=,.@*?-]{1,64}\Z", re.ASCII
)


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every rule on `protection_lifted_by`."""
    environment, root = configuration.environment, configuration.root
    written = texts_at(root, "protection_lifted_by")
    if len(written) != len(environment.protection_lifted_by) or not environment.regions:
        return  # a template failed, and said so
    wrong = [
        problem
        for (path, node, _), arn in zip(written, environment.protection_lifted_by, strict=True)
        for problem in _role_of_the_account(environment, node, path, arn)
    ]
    yield from wrong or _role_that_stays(environment, root)


def _role_of_the_account(environment: Environment, node: Node, path: Path, arn: str) -> Iterator[Problem]:
    """Each is the ARN of a role in the account: bucket policies compare it with aws:PrincipalArn."""
    parts, session = _ROLE.match(arn), SESSION.match(arn)
    home, account = partition(environment.home.name), environment.account_id
    example = f"arn:{home}:iam::{account}:role/"
    if session:
        message = f"{show(arn)} is the ARN of a session; policies see the role"
        yield A_ROLE.at(node, path, message, f"write that of its role: {example}{session['role']}")
    elif parts is None:
        yield A_ROLE.at(node, path, f"{show(arn)} is not the ARN of a role", f"write {example}<its name>")
    elif (parts["partition"], parts["account"]) != (home, account):
        message = f"{show(arn)} is not in account {account} of the partition {home}"
        yield ROLE_OF_ACCOUNT.at(node, path, message, "name a role of the account that the buckets are in")
    elif arn_matches(arn, f"{example}any-role"):
        message = f"{show(arn)} matches every role of the account, so it keeps nobody out"
        yield EVERY_ROLE.at(node, path, message, "name the roles that may lift the protection")


def _role_that_stays(environment: Environment, root: Node) -> Iterator[Problem]:
    """With a role of this file alone, an apply that deletes it would lock everybody out for good."""
    made = [role_arn(environment, access.role) for access in environment.access if access.role]
    if all(arn in made for arn in environment.protection_lifted_by):
        node = root.mapping["protection_lifted_by"]
        message = (
            "this file creates all of these roles; once they are deleted, nobody can lift the protection"
        )
        hint = "add a role that is created elsewhere"
        yield ROLE_THAT_STAYS.at(node, ("protection_lifted_by",), message, hint, key=True)
