"""The decision of IAM about one request, from all the policies that bear on it.

Source: IAM User Guide, "Policy evaluation logic" (neither a boundary nor a session policy limits what a
resource policy of the same account allows to a session by name); AWS KMS Developer Guide, "Key policies"
(IAM policies count for a key only where its key policy lets the account decide).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from s3vectors_local.callers import Document
from s3vectors_local.policy_language import Question, identity_says, resource_says
from s3vectors_local.policy_principals import Says, stronger


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` completes "is not authorized to perform: ... " when it is not allowed.

    The words: IAM User Guide, "Troubleshoot access denied error messages".
    """

    allowed: bool
    reason: str = ""


_ALLOWED = Decision(True)
_IDENTITY, _RESOURCE, TRUST = "identity-based policy", "resource-based policy", "role trust policy"


@dataclass(frozen=True, slots=True)
class _Verdicts:
    """What all policies say; `limits` by kind: a permissions boundary, a session policy."""

    resource: Says
    identity: Says
    limits: tuple[tuple[str, Says], ...]

    @property
    def missing(self) -> str | None:
        """The kind of policy that does not allow what the caller's own policies have to, or None."""
        own = ((_IDENTITY, self.identity), *self.limits)
        return next((kind for kind, says in own if says is not Says.ALLOW), None)

    @property
    def limiting(self) -> str | None:
        """The kind of limit that does not allow it, or None."""
        return next((kind for kind, says in self.limits if says is not Says.ALLOW), None)


def decide(question: Question, resource_policy: Document | None, owner: str) -> Decision:
    """Whether the caller may act on a resource of account `owner` that has this resource policy or none.

    The root user is bound by no identity policy, but by every explicit deny of the resource policy.
    """
    verdicts = _verdicts(question, resource_policy)
    denied = _explicit_deny(verdicts, _RESOURCE)
    if denied:
        return denied
    if question.caller.service:
        return _to_a_service(question, verdicts.resource, _RESOURCE)
    if question.caller.account != owner:
        missing = verdicts.missing or (_RESOURCE if verdicts.resource is Says.NOTHING else None)
        return _unless(missing, question)
    if verdicts.resource is Says.ALLOW_SESSION:
        return _ALLOWED
    return _unless(verdicts.limiting if verdicts.resource is Says.ALLOW else verdicts.missing, question)


def decide_by_resource(
    question: Question,
    resource_policy: Document,
    owner: str,
    kind: str = _RESOURCE,
    *,
    granted: bool = False,
) -> Decision:
    """The same where the resource policy has the last word: KMS keys, and roles that are to be assumed.

    It must allow the caller, or leave it to the caller's account, whose IAM then must allow it. `kind` is
    what the policy is called. `granted`: something else of the resource allows it, unless a policy denies it.
    """
    verdicts = _verdicts(question, resource_policy)
    denied = _explicit_deny(verdicts, kind)
    if denied:
        return denied
    if granted:
        verdicts = replace(verdicts, resource=stronger(verdicts.resource, Says.ALLOW))
    if question.caller.service:
        return _to_a_service(question, verdicts.resource, kind)
    if verdicts.resource is Says.NOTHING:
        return _unless(kind, question)
    own = question.caller.account == owner
    if own and verdicts.resource is Says.ALLOW_SESSION:
        return _ALLOWED
    named = own and verdicts.resource is Says.ALLOW
    return _unless(verdicts.limiting if named else verdicts.missing, question)


def _to_a_service(question: Question, resource: Says, kind: str) -> Decision:
    """A service has no identity policies, in no account: the resource's policy alone lets it in."""
    return _unless(None if resource is Says.ALLOW else kind, question)


def _verdicts(question: Question, resource_policy: Document | None) -> _Verdicts:
    caller = question.caller
    identity = Says.ALLOW if caller.root else identity_says(caller.policies, question)
    limits = tuple((limit.kind, identity_says(limit.documents, question)) for limit in caller.limits)
    return _Verdicts(resource_says(resource_policy, question), identity, limits)


def _explicit_deny(verdicts: _Verdicts, resource_kind: str) -> Decision | None:
    said = ((resource_kind, verdicts.resource), (_IDENTITY, verdicts.identity), *verdicts.limits)
    for kind, says in said:
        if says is Says.DENY:
            article = "the" if kind == TRUST else "an" if kind == _IDENTITY else "a"
            return Decision(False, f"with an explicit deny in {article} {kind}")
    return None


def _unless(missing: str | None, question: Question) -> Decision:
    """Allowed, unless a policy of this kind would have to allow it and does not."""
    if missing is None:
        return _ALLOWED
    return Decision(False, f"because no {missing} allows the {question.action} action")
