"""IAM policy documents: when two mean the same, and the one text that the provider keeps in state.

Rules of the real provider (its `awspolicyequivalence` library): order of statements and of lists does
not matter, a string equals a list of that one string, an account id equals that account's root ARN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ROOT_ARN = re.compile(r"arn:[^:]*:iam:[^:]*:([0-9]{12}):root")
_LIST_ELEMENTS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPAL_ELEMENTS = ("Principal", "NotPrincipal")


def normalize(text: str) -> str:
    """The document as the real provider stores it: keys sorted, no spaces, `<`, `>` and `&` escaped.

    Raises ValueError if `text` is not JSON.
    """
    compact = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        compact = compact.replace(character, f"\\u{ord(character):04x}")
    return compact


def equivalent(left: str, right: str) -> bool:
    """Whether two documents mean the same. Text that is no policy is equivalent to nothing but itself."""
    if left == right or (_is_empty(left) and _is_empty(right)):
        return True
    try:
        return _meaning(json.loads(left)) == _meaning(json.loads(right))
    except (ValueError, TypeError, AttributeError):
        return False


def keep_if_equivalent(old: str | None, new: str) -> str:
    """`old` where it means the same as `new`: a text that only looks different is no drift."""
    return old if old and equivalent(old, new) else new


def _is_empty(text: str) -> bool:
    return text.strip() in ("", "{}")


def _meaning(document: Mapping[str, Any]) -> tuple[Any, ...]:
    statements = document["Statement"]
    if isinstance(statements, Mapping):
        statements = [statements]
    return (
        document.get("Version", ""),
        document.get("Id", ""),
        len(statements),
        frozenset(_statement(statement) for statement in statements),
    )


def _statement(statement: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        statement.get("Sid", ""),
        str(statement.get("Effect", "")).lower(),
        tuple(tuple(sorted(_strings(statement.get(element)))) for element in _LIST_ELEMENTS),
        tuple(_principals(statement.get(element)) for element in _PRINCIPAL_ELEMENTS),
        _conditions(statement.get("Condition")),
    )


def _strings(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise TypeError("neither a string nor a list of strings")


def _principals(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return _principal(value)
    members = {kind: frozenset(map(_principal, _strings(ids))) for kind, ids in value.items()}
    return frozenset((kind, ids) for kind, ids in members.items() if ids)


def _principal(value: str | None) -> str | None:
    """An account's root ARN as its account id: AWS turns the one into the other."""
    root = _ROOT_ARN.fullmatch(value or "")
    return root.group(1) if root else value


def _conditions(value: Mapping[str, Mapping[str, Any]] | None) -> Any:
    if value is None:
        return None
    return frozenset(
        (operator, frozenset((key, frozenset(_strings(values))) for key, values in keys.items()))
        for operator, keys in value.items()
    )
