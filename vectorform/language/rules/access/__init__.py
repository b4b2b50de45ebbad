"""Rules on an access entry: what it grants, its policy, its role."""

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rules.access import grants, policy_name, policy_size, quotas, role, trust
from vectorform.language.rules.access.names import ALL_OF_ENVIRONMENT
from vectorform.language.rules.subjects import AccessIn


def _of_iam(entry: AccessIn) -> Iterator[Problem]:
    """What only some entries have, and what reads the reference of IAM."""
    access = entry.access
    if access.actions:
        from vectorform.language.rules.access import entry_actions

        yield from entry_actions.check(entry)
    if access.role is None:
        return
    if access.role.oidc:
        from vectorform.language.rules.access import oidc

        yield from oidc.check(entry)
    if access.role.managed_policies or access.role.permissions_boundary:
        from vectorform.language.rules.access import managed_policies

        yield from managed_policies.check(entry)
    if access.role.statements:
        from vectorform.language.rules.access import statements

        yield from statements.check(entry)
    if access.role.conditions or access.role.statements:
        from vectorform.language.rules.access import role_conditions

        yield from role_conditions.check(entry)


CHECKS = (
    policy_name.check,
    role.name,
    role.description,
    role.trusted,
    role.pods,
    role.itself,
    role.boundary,
    trust.check,
    trust.conditions_of_nobody,
    grants.check,
    grants.prefixes,
    grants.granted,
    policy_size.check,
    quotas.check,
    _of_iam,
)

__all__ = ["ALL_OF_ENVIRONMENT", "CHECKS"]
