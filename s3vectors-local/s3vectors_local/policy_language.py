"""IAM's policy language: whether a statement speaks about a request, and what a document says.

Source: IAM User Guide, "IAM JSON policy element reference" and "Policy evaluation logic". moto has an
evaluator of its own, but it knows neither conditions nor the principals of resource policies.
"""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from s3vectors_local.callers import Caller, Document
from s3vectors_local.policy_conditions import conditions_met
from s3vectors_local.policy_text import as_list, matches, substituted


class Says(enum.Enum):
    """What policies say of a request. A deny anywhere is final, so it comes first."""

    DENY = "deny"
    ALLOW = "allow"
    # An allow for the whole account of the caller: it lets the account's own IAM decide.
    ALLOW_ACCOUNT = "allow the account"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Question:
    """May `caller` do `action` (service:Operation) to `resource` (an ARN or `*`)?

    `context` has the condition keys in lower case, each with all its values.
    """

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]


def global_context(caller: Caller, region: str, moment: float) -> dict[str, tuple[str, ...]]:
    """The condition keys that every request has; `moment` is in seconds since 1970.

    aws:SecureTransport is true, although loopback is plain HTTP: policies that demand TLS are to be
    rehearsed, not to be changed for the rehearsal.
    """
    now = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    context: dict[str, tuple[str, ...]] = {
        "aws:currenttime": (now.isoformat(timespec="seconds"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:principalaccount": (caller.account,),
        "aws:principalarn": (caller.arn,),
        "aws:principaltype": ("Account" if caller.root else "AssumedRole" if caller.session_arn else "User",),
        "aws:requestedregion": (region,),
        "aws:securetransport": ("true",),
        "aws:sourceip": ("127.0.0.1",),
        "aws:userid": (caller.user_id,),
        "aws:viaawsservice": ("false",),
    }
    if caller.user_name:
        context["aws:username"] = (caller.user_name,)
    for key, value in caller.tags.items():
        context[f"aws:principaltag/{key}".lower()] = (value,)
    return context


def identity_says(documents: Iterable[Document], question: Question) -> Says:
    """The verdict of identity policies (or of a boundary, or of a session policy)."""
    said = Says.NOTHING
    for statement in _statements(documents):
        if _applies(statement, question):
            if statement.get("Effect") == "Deny":
                return Says.DENY
            said = Says.ALLOW
    return said


def resource_says(document: Document | None, question: Question) -> Says:
    """The verdict of a resource policy, whose statements name principals."""
    said = Says.NOTHING
    for statement in _statements([document] if document else []):
        matched = _principal(statement, question.caller)
        if matched is Says.NOTHING or not _applies(statement, question):
            continue
        if statement.get("Effect") == "Deny":
            return Says.DENY
        if said is not Says.ALLOW:
            said = matched
    return said


def _statements(documents: Iterable[Document]) -> Iterable[Document]:
    for document in documents:
        yield from as_list(document.get("Statement", []))


def _applies(statement: Document, question: Question) -> bool:
    return (
        _element(statement, "Action", question, ignore_case=True)
        and _element(statement, "Resource", question, ignore_case=False)
        and conditions_met(statement.get("Condition", {}), question.context)
    )


def _element(statement: Document, name: str, question: Question, *, ignore_case: bool) -> bool:
    value = question.action if name == "Action" else question.resource
    for element, wanted in ((name, True), (f"Not{name}", False)):
        if element in statement:
            patterns = (substituted(str(p), question.context) for p in as_list(statement[element]))
            return any(matches(p, value, ignore_case=ignore_case) for p in patterns) is wanted
    return name == "Resource"  # a trust policy has no Resource


def _principal(statement: Document, caller: Caller) -> Says:
    if "NotPrincipal" in statement:
        excluded = _principal_matches(statement["NotPrincipal"], caller)
        return Says.ALLOW if excluded is Says.NOTHING else Says.NOTHING
    return _principal_matches(statement.get("Principal"), caller)


def _principal_matches(principal: Any, caller: Caller) -> Says:
    if principal == "*":
        return Says.ALLOW
    if not isinstance(principal, Mapping):
        return Says.NOTHING
    said = Says.NOTHING
    for named in as_list(principal.get("AWS", [])):
        if named in ("*", caller.arn, caller.session_arn):
            return Says.ALLOW
        if named == caller.account or re.fullmatch(rf"arn:[^:]+:iam::{caller.account}:root", named):
            said = Says.ALLOW if caller.root else Says.ALLOW_ACCOUNT
    if any(matches(named, caller.arn) for named in as_list(principal.get("Service", []))):
        return Says.ALLOW
    return said
