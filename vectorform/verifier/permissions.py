"""What a policy document denies to everybody: enough of IAM's evaluation to answer that before AWS does.

Elements and their matching: IAM User Guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from vectorform.desired.policies import ACCESS_FROM_SID
from vectorform.verifier.documents import as_list


def denies(document: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a statement denies `action` on the ARN `resource` to everyone, whatever its conditions.

    That of `access_from` denies every action alike: who could read the policy is let in by it.
    """
    return any(
        statement.get("Effect") == "Deny"
        and statement.get("Sid") != ACCESS_FROM_SID
        and _is_principal(statement.get("Principal"), "AWS", "*")
        and _applies(statement, "Action", action, ignore_case=True)
        and _applies(statement, "Resource", resource)
        for statement in _statements(document)
    )


def _statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [statement for statement in as_list(document.get("Statement", [])) if isinstance(statement, dict)]


def _is_principal(principal: Any, kind: str, name: str) -> bool:
    if not isinstance(principal, dict):
        return bool(principal == "*")
    everyone = "*" in as_list(principal.get("AWS", []))
    return everyone or name in as_list(principal.get(kind, []))


def _applies(statement: dict[str, Any], element: str, value: str, *, ignore_case: bool = False) -> bool:
    if f"Not{element}" in statement:
        return not _matches(statement[f"Not{element}"], value, ignore_case=ignore_case)
    return _matches(statement.get(element, []), value, ignore_case=ignore_case)


def _matches(patterns: Any, value: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards are `*` and `?`; brackets, which fnmatch also knows, stand for themselves."""
    value = value.lower() if ignore_case else value
    for pattern in as_list(patterns):
        text = str(pattern).lower() if ignore_case else str(pattern)
        if fnmatchcase(value, text.replace("[", "[[]")):
            return True
    return False
