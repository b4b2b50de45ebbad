"""Whom a role trusts, by the rules on what IAM reads."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.trust import kind_of_key, trusted_kinds
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import show

NOBODY_SENDS = Rule("VF529", "condition-of-nobody", "warning")


def check(entry: AccessIn) -> Iterator[Problem]:
    """Nothing is known of ARNs without a region."""
    role = entry.access.role
    if role and entry.environment.regions and (role.trusted_services or role.trusted_principals):
        from vectorform.language.rules.policies.trust import known_trust  # few entries have a role

        yield from known_trust(entry.environment, role, entry.node.mapping["role"], (*entry.path, "role"))


def conditions_of_nobody(entry: AccessIn) -> Iterator[Problem]:
    """A condition on what nobody who is trusted ever sends: the role cannot be assumed."""
    role = entry.access.role
    if role is None or not role.conditions or not entry.environment.regions:
        return
    kinds = trusted_kinds(role)
    conditions = entry.node.mapping["role"].mapping["conditions"]
    for operator, keys in role.conditions.items():
        absent = "Not" in operator or operator.endswith("IfExists") or operator == "Null"
        for key in keys if not absent and operator in conditions.mapping else ():
            kind = kind_of_key(key)
            if kind is None or kind in kinds:
                continue
            node = conditions.mapping[operator].mapping.get(key, conditions.mapping[operator])
            path = (*entry.path, "role", "conditions", operator, key)
            who = "services of AWS" if kind == "Service" else "roles, users and accounts"
            message = f"only {who} send {show(key)}, and the role trusts none"
            yield NOBODY_SENDS.at(node, path, message, "remove it: nobody can assume the role", key=True)
