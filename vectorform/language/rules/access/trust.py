"""Whom a role trusts, by the rules on what IAM reads."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rules.subjects import AccessIn


def check(entry: AccessIn) -> Iterator[Problem]:
    """Nothing is known of ARNs without a region."""
    role = entry.access.role
    if role and entry.environment.regions and (role.trusted_services or role.trusted_principals):
        from vectorform.language.rules.policies.trust import known_trust  # few entries have a role

        yield from known_trust(entry.environment, role, entry.node.mapping["role"], (*entry.path, "role"))
