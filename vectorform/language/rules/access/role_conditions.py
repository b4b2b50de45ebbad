"""The conditions of a role's trust and of its statements: the rules of bucket policies, with more keys."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.iam import services
from vectorform.language.iam.reference import as_of, key_kind, key_names
from vectorform.language.iam.statement import RoleConditions
from vectorform.language.problems import Problem
from vectorform.language.rules.policies import CHECKS_OF_CONDITIONS, conditions, variables
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import closest, show

# Prefixes of keys that are no services' of IAM: of federation (IAM User Guide, "IAM and AWS STS condition
# context keys").
_FEDERATION = ("saml", "sts", "aws", "s3vectors")


def check(entry: AccessIn) -> Iterator[Problem]:
    """All that have conditions."""
    role = entry.access.role
    if role is None or not entry.environment.regions:
        return
    node, path = entry.node.mapping["role"], (*entry.path, "role")
    home = entry.environment.home
    if role.conditions:
        yield from _all(RoleConditions(home, "Allow", role.conditions, node, path))
    sound = [
        (position, child)
        for position, child in enumerate(node.mapping["statements"].items if role.statements else ())
        if not child.broken
    ]
    for statement, (position, child) in zip(role.statements, sound, strict=True):
        if statement.conditions:
            place = (*path, "statements", position)
            yield from _all(RoleConditions(home, statement.effect, statement.conditions, child, place))


def _all(found: RoleConditions) -> Iterator[Problem]:
    for rule in CHECKS_OF_CONDITIONS:
        yield from rule(found)
    for test in found.conditions():
        for value in test.values:
            yield from variables.of_global_keys(value)
        key = test.key.text
        prefix, colon, _ = key.lower().partition(":")
        if key_kind(key) is not None or "." in prefix:  # an OIDC provider's keys begin with its host
            continue
        if not colon or prefix in ("aws", "s3vectors"):
            near = closest(key if colon else f"aws:{key}", [name for name in key_names() if "/" not in name])
            message = f"IAM has no condition key {show(key)}"
            hint = f"did you mean `{near}`?" if near else f"not known on {as_of()}; if it is newer, leave it"
            rule_of_key = conditions.KEY if not colon else conditions.KEY_OF_OTHERS
            yield rule_of_key.at(test.key.node, test.key.path, message, hint, key=True)
        elif prefix not in _FEDERATION and prefix not in services.prefixes():
            near = closest(prefix, (*services.prefixes(), *_FEDERATION))
            message = f"no service has the condition key {show(key)}"
            hint = (
                f"did you mean `{near}:{key.partition(':')[2]}`?"
                if near
                else "write one such as aws:PrincipalArn"
            )
            yield conditions.KEY.at(test.key.node, test.key.path, message, hint, key=True)
