"""A role's policies are as large, and as many, as IAM takes (IAM User Guide, "IAM and AWS STS quotas")."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.iam_quotas import MAX_INLINE_POLICIES, MAX_MANAGED_POLICIES, MAX_TRUST, characters
from vectorform.desired.policies import role_policy
from vectorform.desired.trust import trust_policy
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn

INLINE = Rule("VF520", "role-policy-size")
TRUST = Rule("VF521", "trust-size")
TRUST_BY_QUOTA = Rule("VF522", "trust-size-by-quota", "warning")
MANAGED = Rule("VF523", "too-many-managed-policies")
MANAGED_BY_QUOTA = Rule("VF524", "managed-policies-by-quota", "warning")


def check(entry: AccessIn) -> Iterator[Problem]:
    """The role of an entry, if it has one."""
    if entry.access.role is not None and entry.environment.regions:
        yield from _statements(entry)
        yield from _trust(entry)
        yield from _managed(entry)


def _statements(entry: AccessIn) -> Iterator[Problem]:
    node = entry.node.mapping["role"]
    if not entry.access.role or not (entry.access.role.statements or _named_in_policies(entry)):
        return
    size = characters(role_policy(entry.environment, entry.access))
    if size > MAX_INLINE_POLICIES:
        message = (
            f"the policy within the role would have {size:,} characters; IAM allows {MAX_INLINE_POLICIES:,}"
        )
        hint = "join statements, use wildcards, or move some of it to another role"
        yield INLINE.at(node, (*entry.path, "role"), message, hint, key=True)


def _named_in_policies(entry: AccessIn) -> bool:
    return any(
        statement.roles
        for region in entry.environment.regions
        for bucket in region.written_vector_buckets
        for statement in bucket.policy_statements
    )


def _trust(entry: AccessIn) -> Iterator[Problem]:
    node, path = entry.node.mapping["role"], (*entry.path, "role")
    assert entry.access.role is not None
    size = characters(trust_policy(entry.environment, entry.access.role))
    usual, most = MAX_TRUST
    hint = "trust fewer principals, or one role that all of them assume"
    if size > most:
        message = f"its trust policy would have {size:,} characters; IAM allows at most {most:,}"
        yield TRUST.at(node, path, message, hint, key=True)
    elif size > usual:
        message = f"its trust policy has {size:,} characters; IAM allows {usual:,}, more on request"
        yield TRUST_BY_QUOTA.at(
            node, path, message, f"raise the account's quota to {most:,}, or {hint}", key=True
        )


def _managed(entry: AccessIn) -> Iterator[Problem]:
    role = entry.access.role
    if role is None or not role.managed_policies:
        return
    node = entry.node.mapping["role"].mapping["managed_policies"]
    path = (*entry.path, "role", "managed_policies")
    number = len(role.managed_policies) + bool(entry.access.grants)
    usual, most = MAX_MANAGED_POLICIES
    with_own = ", its own among them" if entry.access.grants else ""
    if number > most:
        message = f"the role would have {number} managed policies{with_own}; IAM allows at most {most}"
        yield MANAGED.at(node, path, message, "write some of them as statements", key=True)
    elif number > usual:
        message = f"the role has {number} managed policies{with_own}; IAM allows {usual}, more on request"
        hint = f"raise the account's quota to {most}, or write some of them as statements"
        yield MANAGED_BY_QUOTA.at(node, path, message, hint, key=True)
