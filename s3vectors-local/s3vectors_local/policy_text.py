"""The text rules of the policy language: documents, wildcards, variables, one value for a list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# Stands before a `*` or `?` of a pattern that is only text.
_LITERAL = "\1"
_UNKNOWN = "\0"


def policy_document(text: str) -> Any:
    """A policy from its JSON. A number is the text that it was written with, as IAM compares it."""
    return json.loads(text, parse_int=str, parse_float=str)


def with_quoted_numbers(text: str) -> str:
    """The policy with every number of its conditions in quotes; the same text where there are none.

    IAM takes both (IAM User Guide, "IAM JSON policy elements: Condition").
    """
    try:
        document, quoted = json.loads(text), policy_document(text)
        pairs = list(zip(_statements(document), _statements(quoted), strict=True))
    except (ValueError, TypeError, RecursionError):
        return text
    if all(plain.get("Condition") == other.get("Condition") for plain, other in pairs):
        return text
    for plain, other in pairs:
        if "Condition" in plain:
            plain["Condition"] = other["Condition"]
    return json.dumps(document)


def _statements(document: Any) -> list[dict[str, Any]]:
    statements = as_list(document.get("Statement", [])) if isinstance(document, dict) else []
    return [statement for statement in statements if isinstance(statement, dict)]


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: `*` is any text, `?` is one character."""
    return _wildcard(pattern, ignore_case).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    pieces = re.findall(f"{_LITERAL}[*?]|.", pattern, re.DOTALL)
    parts = (".*" if p == "*" else "." if p == "?" else re.escape(p[-1]) for p in pieces)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def as_list(value: Any) -> list[Any]:
    """The grammar allows one value where a list may stand."""
    return list(value) if isinstance(value, list | tuple) else [value]


def substituted(text: str, context: Mapping[str, tuple[str, ...]], *, wildcards: bool) -> str:
    """Replace policy variables such as ${aws:username}; an unknown one matches nothing.

    What a variable stands for is text: with `wildcards`, where the result is for `matches`, its `*` and `?`
    and those of `${*}` and `${?}` match themselves alone.
    """

    def value(found: re.Match[str]) -> str:
        name, _, default = (part.strip() for part in found[1].partition(","))
        if name in ("*", "?", "$"):
            return literal(name)
        values = context.get(name.lower(), ())
        return literal(values[0] if len(values) == 1 else default.strip("'")) or _UNKNOWN

    def literal(plain: str) -> str:
        return re.sub(r"[*?]", rf"{_LITERAL}\g<0>", plain) if wildcards else plain

    return re.sub(r"\$\{([^}]*)\}", value, text)
