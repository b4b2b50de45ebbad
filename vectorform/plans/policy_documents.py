"""IAM policy documents as statements of parts: what a plan changes in them is then a matter of sets.

Grammar: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vectorform.errors import UserError

PRINCIPAL, NOT_PRINCIPAL = "principal", "not principal"
ACTION, NOT_ACTION = "action", "not action"
RESOURCE, NOT_RESOURCE = "resource", "not resource"
CONDITION = "condition"
# In the order in which they are shown; an element that is none of them is shown under its own name.
KINDS = (PRINCIPAL, NOT_PRINCIPAL, ACTION, NOT_ACTION, RESOURCE, NOT_RESOURCE, CONDITION)
_ELEMENTS = {
    "Principal": PRINCIPAL,
    "NotPrincipal": NOT_PRINCIPAL,
    "Action": ACTION,
    "NotAction": NOT_ACTION,
    "Resource": RESOURCE,
    "NotResource": NOT_RESOURCE,
}
_ROOT_OF = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


@dataclass(frozen=True, slots=True)
class Part:
    """One member of an element: an action, a principal with its type, a value of a condition.

    Two parts are equal when they mean the same: an account and the ARN of its root, an action in other case.
    `value` is what IAM compares (a principal without its type, a condition's value), `key` what is before it.
    """

    kind: str
    key: str
    value: str
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `effect` is Allow, Deny, or whatever stands there."""

    sid: str
    effect: str
    parts: frozenset[Part]

    def of(self, kind: str) -> tuple[Part, ...]:
        """Its parts of a kind, sorted."""
        return tuple(sorted((part for part in self.parts if part.kind == kind), key=lambda part: part.text))


def parse(text: Any) -> tuple[Statement, ...] | None:
    """The statements of a policy document in JSON; None for what is none, or nests too deeply."""
    if not isinstance(text, str):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "Statement" not in document:
        return None
    statements = _list(document["Statement"])
    if not all(isinstance(statement, dict) for statement in statements):
        return None
    return tuple(_statement(statement) for statement in statements)


def statements(attributes: Mapping[str, Any] | None, address: str) -> list[Mapping[str, Any]]:
    """The statements of the policy in a resource's attributes as they stand there; empty without a policy.

    Raises UserError, with the resource's address, for what is no policy: nothing can be judged by it.
    """
    text = (attributes or {}).get("policy") or "{}"
    try:
        found = _list(json.loads(text).get("Statement", []))
        why = (
            "" if all(isinstance(statement, dict) for statement in found) else "a statement is not an object"
        )
    except RecursionError:
        why = "it nests too deeply"
    except (ValueError, TypeError, AttributeError):
        why = "it is not a JSON object"
    if why:
        raise UserError(f"{address}: its policy cannot be read: {why}; check it in AWS, and fix it")
    return found


def _statement(statement: Mapping[str, Any]) -> Statement:
    parts: set[Part] = set()
    for element, content in statement.items():
        if element in ("Sid", "Effect"):
            continue
        if element == "Condition":
            parts |= set(_conditions(content))
        elif element in ("Principal", "NotPrincipal"):
            parts |= set(_principals(_ELEMENTS[element], content))
        else:
            kind = _ELEMENTS.get(element, element)
            for member in _list(content):
                value = _text(member)
                same = value.casefold() if kind in (ACTION, NOT_ACTION) else value
                parts.add(Part(kind, "", same, value))
    return Statement(_text(statement.get("Sid", "")), _text(statement.get("Effect", "")), frozenset(parts))


def _principals(kind: str, content: Any) -> Iterator[Part]:
    if not isinstance(content, dict):
        content = {"AWS": content}
    for type_, members in content.items():
        for member in _list(members):
            value = _text(member)
            root = _ROOT_OF.fullmatch(value)
            yield Part(kind, str(type_), root[1] if root else value, f"{type_} {value}")


def _conditions(content: Any) -> Iterator[Part]:
    """A part for each value; an operator's keys and a key's values may be anything in a damaged document."""
    for operator, keys in content.items() if isinstance(content, dict) else [("", content)]:
        for key, values in keys.items() if isinstance(keys, dict) else [("", keys)]:
            for member in _list(values):
                value = _text(member)
                yield Part(CONDITION, f"{operator} {key}", value, f"{operator} {key} {value}")


def _list(content: Any) -> list[Any]:
    return content if isinstance(content, list) else [content]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
