"""Checks of a configuration at plan time, with the real provider's wording.

Each takes the attribute's path and its value and returns what is wrong; null and unknown are never wrong.
Summaries and details: terraform-plugin-framework-validators and the provider's custom types.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an Amazon Resource Name."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn | str:
    """The parts of `text`, or what is wrong with it, as the AWS SDK for Go says it."""
    parts = text.split(":", 5)
    if not text.startswith("arn:"):
        return "arn: invalid prefix"
    if len(parts) != 6:
        return "arn: not enough sections"
    return Arn(*parts[1:])


def spell(path: AttributePath) -> str:
    """A path as Terraform's framework prints it: `a[0].b`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def length_between(path: AttributePath, value: Any, least: int, most: int) -> list[Diagnostic]:
    """A string of `least` to `most` characters."""
    if not isinstance(value, str) or least <= len(value) <= most:
        return []
    detail = f"Attribute {spell(path)} string length must be between {least} and {most}, got: {len(value)}"
    return [Diagnostic("Invalid Attribute Value Length", detail, path)]


def matches(path: AttributePath, value: Any, pattern: str, rule: str) -> list[Diagnostic]:
    """A string that `pattern` matches as a whole; `rule` says so in words."""
    if not isinstance(value, str) or re.fullmatch(pattern, value, re.DOTALL):
        return []
    return [
        Diagnostic("Invalid Attribute Value Match", f"Attribute {spell(path)} {rule}, got: {value}", path)
    ]


def one_of(path: AttributePath, value: Any, accepted: tuple[str, ...]) -> list[Diagnostic]:
    """One of the values of an enum, or nothing."""
    if not isinstance(value, str) or value in accepted or not value:
        return []
    detail = (
        "The provided value does not match any valid values.\n\n"
        f"Path: {spell(path)}\nGiven Value: {value}\nValid Values: [{' '.join(accepted)} ]\n"
    )
    return [Diagnostic("Invalid String Enum Value", detail, path)]


def size_between(
    path: AttributePath, value: Any, least: int, most: int, kind: str = "set"
) -> list[Diagnostic]:
    """A set or list of `least` to `most` elements."""
    if not isinstance(value, list) or least <= len(value) <= most:
        return []
    wanted = f"at least {least} elements and at most {most} elements" if least else f"at most {most} elements"
    detail = f"Attribute {spell(path)} {kind} must contain {wanted}, got: {len(value)}"
    return [Diagnostic("Invalid Attribute Value", detail, path)]


def arn(path: AttributePath, value: Any) -> list[Diagnostic]:
    """An Amazon Resource Name."""
    if not isinstance(value, str) or isinstance(parse_arn(value), Arn):
        return []
    detail = f"The provided value cannot be parsed as an ARN.\n\nPath: {spell(path)}\nValue: {value}"
    return [Diagnostic("Invalid ARN Value", detail, path)]


def iam_policy_json(path: AttributePath, value: Any) -> list[Diagnostic]:
    """A policy document: here the real provider only asks for JSON."""
    if not isinstance(value, str) or _is_json(value):
        return []
    detail = (
        "The provided value is not valid JSON string format (RFC 7159).\n\n"
        f"Path: {spell(path)}\nValue: {value}"
    )
    return [Diagnostic("Invalid IAM Policy Value", detail, path)]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
