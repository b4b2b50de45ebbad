"""Names in IAM differ within an environment, in more than case (IAM User Guide, "IAM identifiers")."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

TWICE = Rule("VF512", "iam-name-twice")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Two entries whose policies, or roles, would have one name."""
    owners: dict[tuple[str, str], str] = {}
    for access in configuration.environment.access:
        policy = [("policy", access.policy_name)] if access.grants else []
        role = [("role", access.role.name)] if access.role else []
        for kind, name in (*policy, *role):
            other = owners.setdefault((kind, name.casefold()), access.key)
            if name and other != access.key:
                node = configuration.find("access", access.key)
                message = f"its {kind} would be named {show(name)}, like that of {show(other)}"
                hint = "names in IAM are unique, whatever their case and path: write {access} in it"
                yield TWICE.at(node, ("access", access.key), message, hint, key=True)
                break


ALL_OF_ENVIRONMENT = (check,)
