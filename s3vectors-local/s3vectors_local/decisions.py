"""The decision of IAM about one request, from all the policies that bear on it.

Source: IAM User Guide, "Policy evaluation logic" (neither a boundary nor a session policy limits what a
resource policy of the same account allows to a session by name); AWS KMS Developer Guide, "Key policies"
(IAM policies count for a key only where its key policy lets the account decide).
"""

from __future__ import annotations

from dataclasses import dataclass

from s3vectors_local.callers import Document
from s3vectors_local.policy_language import Question, Says, identity_says, resource_says


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` completes "is not authorized to perform: ... " when it is not allowed."""

    allowed: bool
    reason: str = ""


_ALLOWED = Decision(True)


def decide(question: Question, resource_policy: Document | None, owner: str) -> Decision:
    """Whether the caller may act on a resource of account `owner` that has this resource policy or none.

    The root user is bound by no identity policy, but by every explicit deny of the resource policy.
    """
    resource, identity, limits = _verdicts(question, resource_policy)
    denied = _explicit_deny(resource, identity, limits)
    if denied:
        return denied
    if question.caller.service:
        return _to_a_service(question, resource)
    within_limits = all(limit is Says.ALLOW for limit in limits)
    if question.caller.account != owner:
        if identity is not Says.ALLOW or not within_limits:
            return _no_policy(question, "identity-based")
        return _ALLOWED if resource is not Says.NOTHING else _no_policy(question, "resource-based")
    if resource is Says.ALLOW_SESSION:
        return _ALLOWED
    if within_limits and Says.ALLOW in (identity, resource):
        return _ALLOWED
    return _no_policy(question, "identity-based")


def decide_by_resource(question: Question, resource_policy: Document, owner: str) -> Decision:
    """The same where the resource policy has the last word: KMS keys, and roles that are to be assumed.

    It must allow the caller, or leave it to the caller's account, whose IAM then must allow it.
    """
    resource, identity, limits = _verdicts(question, resource_policy)
    denied = _explicit_deny(resource, identity, limits)
    if denied:
        return denied
    if question.caller.service:
        return _to_a_service(question, resource)
    if resource is Says.NOTHING:
        return _no_policy(question, "resource-based")
    own = question.caller.account == owner
    if own and resource is Says.ALLOW_SESSION:
        return _ALLOWED
    if (own and resource is Says.ALLOW) or identity is Says.ALLOW:
        within_limits = all(limit is Says.ALLOW for limit in limits)
        return _ALLOWED if within_limits else _no_policy(question, "identity-based")
    return _no_policy(question, "identity-based")


def _to_a_service(question: Question, resource: Says) -> Decision:
    """A service has no identity policies, in no account: the resource's policy alone lets it in."""
    return _ALLOWED if resource is Says.ALLOW else _no_policy(question, "resource-based")


def _verdicts(question: Question, resource_policy: Document | None) -> tuple[Says, Says, list[Says]]:
    caller = question.caller
    identity = Says.ALLOW if caller.root else identity_says(caller.policies, question)
    limits = [identity_says(documents, question) for documents in caller.limits]
    return resource_says(resource_policy, question), identity, limits


def _explicit_deny(resource: Says, identity: Says, limits: list[Says]) -> Decision | None:
    if resource is Says.DENY:
        return Decision(False, "with an explicit deny in a resource-based policy")
    if identity is Says.DENY:
        return Decision(False, "with an explicit deny in an identity-based policy")
    if Says.DENY in limits:
        return Decision(False, "with an explicit deny in a permissions boundary or session policy")
    return None


def _no_policy(question: Question, kind: str) -> Decision:
    return Decision(False, f"because no {kind} policy allows the {question.action} action")
