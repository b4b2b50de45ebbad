"""Whom a statement of a resource policy is about: Principal and NotPrincipal.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any

from s3vectors_local.callers import BOUNDARY, Caller, Document
from s3vectors_local.policy_text import as_list, matches


class Says(enum.Enum):
    """What policies say of a request, the strongest first: a deny anywhere is final."""

    DENY = "deny"
    # An allow for the caller's session by name: no boundary and no session policy limits it.
    ALLOW_SESSION = "allow the session"
    ALLOW = "allow"
    # An allow for the whole account of the caller: it lets the account's own IAM decide.
    ALLOW_ACCOUNT = "allow the account"
    NOTHING = "nothing"


def principal_says(statement: Document, caller: Caller) -> Says:
    """What the principals of a statement mean for a caller: NOTHING where they are not the caller."""
    if "NotPrincipal" in statement:
        return Says.NOTHING if _is_excepted(statement["NotPrincipal"], caller) else Says.ALLOW
    return _principal_matches(statement.get("Principal"), caller)


def _is_excepted(excepted: Any, caller: Caller) -> bool:
    """Whether NotPrincipal names the caller: a user or role with its account, which alone is the root user.

    Nobody who has a permissions boundary is ever excepted (IAM User Guide, element NotPrincipal).
    """
    names = as_list(excepted.get("AWS", [])) if isinstance(excepted, Mapping) else []
    if excepted == "*" or "*" in names or caller.service or caller.federated:
        return _principal_matches(excepted, caller) is Says.ALLOW
    if any(limit.kind == BOUNDARY for limit in caller.limits):
        return False
    named = {_named(str(name), caller) for name in names}
    return Says.ALLOW in named and (caller.root or Says.ALLOW_ACCOUNT in named)


def _principal_matches(principal: Any, caller: Caller) -> Says:
    if principal == "*":
        return Says.ALLOW
    if not isinstance(principal, Mapping):
        return Says.NOTHING
    if caller.federated:
        return Says.ALLOW if caller.arn in as_list(principal.get("Federated", [])) else Says.NOTHING
    if caller.service:
        named = as_list(principal.get("Service", []))
        everybody = "*" in as_list(principal.get("AWS", []))
        return Says.ALLOW if everybody or any(matches(each, caller.arn) for each in named) else Says.NOTHING
    said = Says.NOTHING
    for named in as_list(principal.get("AWS", [])):
        said = stronger(said, _named(str(named), caller))
    return said


def _named(name: str, caller: Caller) -> Says:
    """What one principal of AWS means for the caller: an ARN, an account, or the id of a role or a user."""
    if name == caller.session_arn:
        return Says.ALLOW_SESSION
    if name in ("*", caller.arn, caller.user_id.partition(":")[0]) and name != caller.account:
        return Says.ALLOW
    if name == caller.account or re.fullmatch(rf"arn:[^:]+:iam::{caller.account}:root", name):
        return Says.ALLOW if caller.root else Says.ALLOW_ACCOUNT
    return Says.NOTHING


def stronger(first: Says, second: Says) -> Says:
    """Of two verdicts the one that decides."""
    return min(first, second, key=list(Says).index)
