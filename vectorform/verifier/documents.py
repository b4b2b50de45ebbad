"""IAM policy documents compared by meaning, not by text.

What does not matter (IAM User Guide, "IAM JSON policy elements reference"): the order of statements and of
lists, one value against a list of one, the case of actions and of condition keys, `"Principal": "*"`
against `{"AWS": "*"}`, an account id against the ARN of its root, `true` against `"true"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROOT_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
_DEFAULT_VERSION = "2008-10-17"


@dataclass(frozen=True, slots=True)
class DocumentDifference:
    """The statements that only one side has, as they were written there."""

    expected: list[Any]
    actual: list[Any]


def parse(text: str | Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A policy document from its JSON text; None when it is not a JSON object."""
    if not isinstance(text, str):
        return text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def difference(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> DocumentDifference | None:
    """What distinguishes two documents, or None when they mean the same."""
    wanted, found = _by_meaning(expected), _by_meaning(actual)
    if wanted.keys() == found.keys():
        return None
    return DocumentDifference(
        expected=[wanted[meaning] for meaning in wanted if meaning not in found],
        actual=[found[meaning] for meaning in found if meaning not in wanted],
    )


def as_list(value: Any) -> list[Any]:
    """A policy element's values: IAM takes one value wherever it takes a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _by_meaning(document: Mapping[str, Any]) -> dict[str, Any]:
    """Each part of a document under a text that is equal exactly when its meaning is."""
    parts: dict[str, Any] = {
        _canonical(_statement(statement)): statement for statement in as_list(document.get("Statement", []))
    }
    version = document.get("Version", _DEFAULT_VERSION)
    parts[f"Version {version}"] = {"Version": version}
    return parts


def _statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    return {element: _element(element, value) for element, value in statement.items()}


def _element(element: str, value: Any) -> Any:
    if element in ("Action", "NotAction"):
        return sorted({action.lower() for action in _set(value)})
    if element in ("Resource", "NotResource"):
        return _set(value)
    if element in ("Principal", "NotPrincipal"):
        return _principal(value)
    if element == "Condition" and isinstance(value, dict):
        return {operator: _condition(keys) for operator, keys in value.items()}
    return value


def _principal(value: Any) -> Any:
    if not isinstance(value, dict):
        return {"AWS": _set(value)}
    return {kind: sorted({_ROOT_ARN.sub(r"\1", text) for text in _set(ids)}) for kind, ids in value.items()}


def _condition(keys: Any) -> Any:
    if not isinstance(keys, dict):
        return keys
    return {key.lower(): _set(values) for key, values in keys.items()}


def _set(values: Any) -> list[str]:
    """An element's values as texts, each once; what IAM would not take is still compared, as JSON."""
    return sorted({text if isinstance(text, str) else _canonical(text) for text in as_list(values)})


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
