"""The checks of resources written with the older SDK, with its wording: everything in the summary.

Wording: terraform-plugin-sdk's `validation` package and the provider's `internal/verify` package.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic
from vectorform.rehearsal.provider.validators import parse_arn
from vectorform.rehearsal.provider.values import UNKNOWN, Object


def integer_between(attribute: str, value: Any, least: int, most: int) -> list[Diagnostic]:
    """A number of `least` to `most`."""
    if not isinstance(value, int) or least <= value <= most:
        return []
    return _wrong(attribute, f"expected {attribute} to be in the range ({least} - {most}), got {value}")


def one_of(attribute: str, value: Any, accepted: tuple[str, ...]) -> list[Diagnostic]:
    """One of the values of an enum."""
    if not isinstance(value, str) or value in accepted:
        return []
    choices = " ".join(f'"{choice}"' for choice in accepted)
    return _wrong(attribute, f"expected {attribute} to be one of [{choices}], got {value}")


def length_between(name: str, value: Any, least: int, most: int, attribute: str = "") -> list[Diagnostic]:
    """A text of `least` to `most` characters; `name` is the attribute, or an element of `attribute`."""
    if not isinstance(value, str) or least <= len(value) <= most:
        return []
    summary = f"expected length of {name} to be in the range ({least} - {most}), got {value}"
    return _wrong(attribute or name, summary)


def https_url(attribute: str, value: Any) -> list[Diagnostic]:
    """A URL of HTTPS with a host and without a query."""
    if not isinstance(value, str):
        return []
    if not value:
        return _wrong(attribute, f'expected "{attribute}" url to not be empty, got {value}')
    url = urlsplit(value)
    if not url.netloc:
        return _wrong(attribute, f'expected "{attribute}" to have a host, got {value}')
    if url.scheme != "https":
        return _wrong(attribute, f'expected "{attribute}" to have a url with schema of: "https", got {value}')
    if parse_qs(url.query, keep_blank_values=True):
        return _wrong(attribute, f'"{attribute}" cannot contain query parameters per the OIDC standard')
    return []


def arn(attribute: str, value: Any) -> list[Diagnostic]:
    """An Amazon Resource Name, or nothing."""
    if not isinstance(value, str) or not value:
        return []
    parsed = parse_arn(value)
    if isinstance(parsed, str):
        return _wrong(attribute, f'"{attribute}" ({value}) is an invalid ARN: {parsed}')
    return []


def required_with(config: Object, attribute: str, other: str) -> list[Diagnostic]:
    """`attribute` only together with `other`."""
    if config[attribute] is None or config[other] is not None:
        return []
    together = ",".join(sorted((attribute, other)))
    detail = f'"{attribute}": all of `{together}` must be specified'
    return [Diagnostic("Missing required argument", detail, (attribute,))]


def exactly_one_of(config: Object, attributes: tuple[str, ...]) -> list[Diagnostic]:
    """Exactly one of several attributes; every attribute gets the error. Unknown ones may be that one."""
    given = [name for name in sorted(attributes) if config[name] is not None]
    if len(given) == 1 or any(config[name] is UNKNOWN for name in given):
        return []
    choices = ",".join(sorted(attributes))
    problem = f"one of `{choices}` must be specified"
    if given:
        problem = f"only one of `{choices}` can be specified, but `{','.join(given)}` were specified."
    return [
        Diagnostic("Invalid combination of arguments", f'"{name}": {problem}', (name,))
        for name in sorted(attributes)
    ]


def json_text(attribute: str, value: Any) -> list[Diagnostic]:
    """Text that is JSON."""
    if not isinstance(value, str):
        return []
    problem = _syntax_problem(value)
    return _wrong(attribute, f'"{attribute}" contains an invalid JSON: {problem}') if problem else []


def iam_policy_document(attribute: str, value: Any, most: int | None = None) -> list[Diagnostic]:
    """A JSON object, of at most `most` bytes once it is normalized."""
    if not isinstance(value, str):
        return []
    problem = _document_problem(value)
    if problem:
        return _wrong(attribute, f'"{attribute}" {problem}')
    size = len(policy.normalize(value).encode())
    if most is not None and size > most:
        return _wrong(attribute, f"Cannot exceed quota for PolicySize: {most} (actual: {size})")
    return []


def _wrong(attribute: str, summary: str) -> list[Diagnostic]:
    path: AttributePath = (attribute,)
    return [Diagnostic(summary, path=path)]


def _document_problem(text: str) -> str:
    if not text:
        return "is an empty string, which is not a valid JSON value"
    invalid = "contains an invalid JSON policy: "
    if text[0].isspace():
        return f"{invalid}leading space characters are not allowed"
    if text[0] == '"':
        return f"{invalid}contains a JSON-encoded string, not a JSON-encoded object"
    if text[0] == "[":
        return f"{invalid}contains a JSON array, not a JSON object"
    if text[0] != "{":
        return f"{invalid}not a JSON object"
    problem = _syntax_problem(text)
    if problem:
        return f"{invalid}{problem}"
    twice = _repeated_key(text)
    return f'contains duplicate JSON keys: duplicate key "{twice}"' if twice else ""


def _syntax_problem(text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        return str(error)
    return ""


def _repeated_key(text: str) -> str:
    """A key that an object of `text` has twice, or nothing."""
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        repeated.extend(key for key in keys if keys.count(key) > 1)

    json.loads(text, object_pairs_hook=collect)
    return repeated[0] if repeated else ""
