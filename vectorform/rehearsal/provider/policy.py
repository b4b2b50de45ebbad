"""IAM policy documents: when two mean the same, and the one text that the provider keeps in state.

Rules of the real provider (its `awspolicyequivalence` library): order of statements and of lists does
not matter, a string equals a list of that one string, an account id equals that account's root ARN, a
boolean or number in a condition its text. As Go's JSON decoder has it, member names are in any case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ROOT_ARN = re.compile(r"arn:[^:]*:iam:[^:]*:([0-9]{12}):root")
_LIST_ELEMENTS = ("Action", "NotAction", "Resource", "NotResource")
_SINGLE_ELEMENTS = ("Sid", "Effect", "Condition")
_PRINCIPAL_ELEMENTS = ("Principal", "NotPrincipal")


def normalize(text: str) -> str:
    """The document as the real provider stores it: keys sorted, no spaces, `<`, `>` and `&` escaped.

    Raises ValueError if `text` is not JSON.
    """
    compact = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return escaped(compact)


def escaped(document: str) -> str:
    """JSON as Go spells it: `<`, `>` and `&` as escapes."""
    for character in "<>&":
        document = document.replace(character, f"\\u{ord(character):04x}")
    return document


def equivalent(left: str, right: str) -> bool:
    """Whether two documents mean the same. Text that is no policy is equivalent to nothing but itself."""
    if left == right or (_is_empty(left) and _is_empty(right)):
        return True
    try:
        return _meaning(_read(left)) == _meaning(_read(right))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False


def keep_if_equivalent(old: str | None, new: str) -> str:
    """`old` where it means the same as `new`: a text that only looks different is no drift."""
    return old if old and equivalent(old, new) else new


def _is_empty(text: str) -> bool:
    return text.strip() in ("", "{}")


def _read(text: str) -> Any:
    """JSON with every number as its text, without an exponent and the zeros behind the point, as in Go."""
    return json.loads(text, parse_int=_number, parse_float=_number)


def _number(text: str) -> str:
    number = Decimal(text)
    if not -50 < number.adjusted() < 50:
        raise ValueError(f"{text} is no number of a policy")
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _members(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The known members of an object, whatever the case of their names."""
    known = {name.lower(): name for name in names}
    return {known[key.lower()]: item for key, item in value.items() if key.lower() in known}


def _meaning(document: Mapping[str, Any]) -> tuple[Any, ...]:
    document = _members(document, ("Version", "Id", "Statement"))
    statements = document.get("Statement") or []
    if isinstance(statements, Mapping):
        statements = [statements]
    return (
        document.get("Version", ""),
        document.get("Id", ""),
        len(statements),
        frozenset(_statement(statement) for statement in statements),
    )


def _statement(statement: Mapping[str, Any]) -> tuple[Any, ...]:
    statement = _members(statement, (*_SINGLE_ELEMENTS, *_LIST_ELEMENTS, *_PRINCIPAL_ELEMENTS))
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


def _texts(values: Any) -> list[str]:
    """The values of a condition, booleans as their text; numbers are texts already."""
    listed = values if isinstance(values, list) else [values]
    return _strings([str(value).lower() if isinstance(value, bool) else value for value in listed])


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
        (operator, frozenset((key, frozenset(_texts(values))) for key, values in keys.items()))
        for operator, keys in value.items()
    )
