"""The Condition element of a policy: operators, qualifiers, and absent keys.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple
context keys or values".
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from s3vectors_local.policy_text import as_list, matches, substituted

Context = Mapping[str, tuple[str, ...]]
Test = Callable[[str, str], bool]


def conditions_met(conditions: Mapping[str, Mapping[str, Any]], context: Context, *, variables: bool) -> bool:
    """Whether every operator of a Condition element holds; `context` has lower-case keys.

    `variables`: whether the policy's version has them.
    """
    return all(
        _holds(operator, key.lower(), expected, context, variables)
        for operator, keys in conditions.items()
        for key, expected in keys.items()
    )


def _holds(operator: str, key: str, expected: Any, context: Context, variables: bool) -> bool:
    wanted = [_text(value) for value in as_list(expected)]
    actual = context.get(key, ())
    quantifier, _, name = operator.rpartition(":")
    if variables:
        wildcards = "Like" in name or name.startswith("Arn")
        wanted = [substituted(text, context, wildcards=wildcards) for text in wanted]
    if name == "Null":
        return str(not actual).lower() in {text.lower() for text in wanted}
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    test, negated = _test(name)
    if not actual:
        if quantifier:
            return if_exists or quantifier == "ForAllValues"
        return if_exists or negated
    outcomes = [any(test(want, value) for want in wanted) is not negated for value in actual]
    return any(outcomes) if quantifier == "ForAnyValue" else all(outcomes)


def _test(name: str) -> tuple[Test, bool]:
    """The comparison of an operator, and whether the operator is its negation."""
    if name in _TESTS:
        return _TESTS[name], False
    positive = name.replace("Not", "", 1)
    if "Not" in name and positive in _TESTS:
        return _TESTS[positive], True
    # AWS refuses an unknown operator when the policy is put. Whatever came in some other way decides
    # nothing here: it never holds.
    return (lambda _want, _value: False), False


def is_operator(written: str) -> bool:
    """Whether IAM has this operator, with its quantifier and IfExists; `NotStringEquals` it has not."""
    quantifier, _, rest = written.rpartition(":")
    name = rest.removesuffix("IfExists")
    if quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return False
    return name in _OPERATORS or (name == "Null" and rest == name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _like(want: str, value: str) -> bool:
    return matches(want, value)


def _arn_like(want: str, value: str) -> bool:
    """Each of the six parts of an ARN matches on its own: `*` does not reach over a colon."""
    wanted, actual = want.split(":", 5), value.split(":", 5)
    return len(wanted) == len(actual) and all(map(matches, wanted, actual))


def _numbers(compare: Callable[[float, float], bool]) -> Test:
    def test(want: str, value: str) -> bool:
        try:
            return compare(float(value), float(want))
        except ValueError:
            return False

    return test


def _dates(compare: Callable[[float, float], bool]) -> Test:
    def test(want: str, value: str) -> bool:
        try:
            return compare(_moment(value), _moment(want))
        except ValueError:
            return False

    return test


def _moment(text: str) -> float:
    """A date of ISO 8601, whole years and months among them (W3C, "Date and Time Formats"), or an epoch."""
    if re.fullmatch(r"\d+(\.\d+)?", text) and len(text) > 4:
        return float(text)
    if re.fullmatch(r"\d{4}(-\d\d)?", text):
        text = f"{text}-01" if "-" in text else f"{text}-01-01"
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.timestamp()


def _address(want: str, value: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(want, strict=False)
    except ValueError:
        return False


_TESTS: Mapping[str, Test] = {
    "StringEquals": lambda want, value: want == value,
    "StringEqualsIgnoreCase": lambda want, value: want.lower() == value.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda want, value: want.lower() == value.lower(),
    "BinaryEquals": lambda want, value: want == value,
    "IpAddress": _address,
    "NumericEquals": _numbers(lambda a, b: a == b),
    "NumericLessThan": _numbers(lambda a, b: a < b),
    "NumericLessThanEquals": _numbers(lambda a, b: a <= b),
    "NumericGreaterThan": _numbers(lambda a, b: a > b),
    "NumericGreaterThanEquals": _numbers(lambda a, b: a >= b),
    "DateEquals": _dates(lambda a, b: a == b),
    "DateLessThan": _dates(lambda a, b: a < b),
    "DateLessThanEquals": _dates(lambda a, b: a <= b),
    "DateGreaterThan": _dates(lambda a, b: a > b),
    "DateGreaterThanEquals": _dates(lambda a, b: a >= b),
}
_NEGATABLE = {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
_NEGATABLE |= {"NumericEquals", "DateEquals"}
_OPERATORS = {
    *_TESTS,
    "NotIpAddress",
    *(re.sub(r"(?=Equals|Like)", "Not", name, count=1) for name in _NEGATABLE),
}
