"""Conditions: operators and keys that there are, and values that they can be compared with.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "AWS global condition context
keys"; Service Authorization Reference. AWS refuses an unknown operator; what never matches it takes.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping

from vectorform.language.iam.reference import (
    OPERATORS,
    QUANTIFIERS,
    Operator,
    as_of,
    condition_keys,
    key_kind,
    key_names,
    operator,
)
from vectorform.language.iam.statement import Conditioned
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.templates import IAM_VARIABLE
from vectorform.wording import closest, did_you_mean, show

OPERATOR = Rule("VF620", "unknown-operator")
KEY = Rule("VF621", "unknown-condition-key")
KEY_OF_OTHERS = Rule("VF622", "unlisted-condition-key", "warning")
FITTING = Rule("VF623", "operator-of-other-kind")
RANGE_AS_TEXT = Rule("VF624", "address-range-as-text")
VALUE = Rule("VF625", "value-of-other-kind")
SESSION_ARN = Rule("VF626", "principal-arn-of-session")
ABSENT_KEY = Rule("VF627", "allow-for-all-values", "warning")


def known_operators(statement: Conditioned) -> Iterator[Problem]:
    """AWS refuses a policy with an operator that it does not have."""
    seen = set()
    for test in statement.conditions():
        written = test.operator.text
        if operator(written) or written in seen:
            continue
        seen.add(written)
        quantifier, _, rest = written.rpartition(":")
        near = closest(re.sub("IfExists?$", "", rest, flags=re.IGNORECASE), OPERATORS)
        hint = did_you_mean(rest, OPERATORS)
        if rest == "NullIfExists":
            hint = "Null itself asks whether the key exists: write Null"
        elif near:
            first = f"{closest(quantifier, QUANTIFIERS) or QUANTIFIERS[1]}:" if quantifier else ""
            last = "IfExists" if "ifexist" in rest.lower() else ""
            hint = f"did you mean `{first}{near}{last}`?"
        message = f"{show(written)} is not a condition operator"
        yield OPERATOR.at(test.operator.node, test.operator.path, message, hint, key=True)


def known_keys(statement: Conditioned) -> Iterator[Problem]:
    """A key that no request to S3 Vectors has: the condition is then always as if it were absent."""
    for test in statement.conditions():
        key = test.key.text
        if key_kind(key) is not None:
            continue
        near = _near(key)
        # Ours to know are those of S3 Vectors; AWS adds global ones, and other services have their own.
        certain = key.lower().startswith("s3vectors:") or ":" not in key or key.endswith("/")
        message = f"requests to S3 Vectors do not have the condition key {show(key)}"
        hint = f"did you mean `{near}`?" if near else f"not known on {as_of()}; if it is newer, leave it"
        if near is None and certain:
            hint = "write one such as aws:PrincipalArn"
        rule = KEY if certain else KEY_OF_OTHERS
        yield rule.at(test.key.node, test.key.path, message, hint, key=True)


def fitting_operators(statement: Conditioned) -> Iterator[Problem]:
    """An operator for another kind of value never matches: the texts of an address are no range."""
    for test in statement.conditions():
        found, kind = operator(test.operator.text), key_kind(test.key.text)
        if found is None or kind is None or found.name == "Null":
            continue
        if found.kind not in _FITTING.get(kind, {found.kind}):
            message = f"{show(test.operator.text)} does not fit {show(test.key.text)} ({_KINDS[kind]})"
            hint = f"write {_OPERATORS[kind]}"
            yield FITTING.at(test.key.node, test.key.path, message, hint, key=True)
        elif kind == "IPAddress" and found.kind == "String" and any("/" in v.text for v in test.values):
            message = f"{show(test.operator.text)} compares texts: a range such as 10.0.0.0/8 never matches"
            yield RANGE_AS_TEXT.at(
                test.key.node, test.key.path, message, "write IpAddress or NotIpAddress", key=True
            )


def possible_values(statement: Conditioned) -> Iterator[Problem]:
    """A value that is none of its operator's kind never matches."""
    for test in statement.conditions():
        found = operator(test.operator.text)
        if found is None:
            continue
        for value in test.values:
            if not IAM_VARIABLE.search(value.text) and not _possible(found, value.text):
                message = f"{show(value.text)} is not a valid {_KINDS[found.kind]} for {test.operator.text}"
                yield VALUE.at(value.node, value.path, message, _EXAMPLES[found.kind])


def session_arns(statement: Conditioned) -> Iterator[Problem]:
    """aws:PrincipalArn of a role's session is the role's ARN (IAM User Guide, "aws:PrincipalArn")."""
    for test in statement.conditions():
        if test.key.text.lower() != "aws:principalarn":
            continue
        for value in test.values:
            if match := SESSION.match(value.text):
                message = f"aws:PrincipalArn is never the ARN of a session such as {show(value.text)}"
                role = f"arn:{match['partition']}:iam::{match['account']}:role/{match['role']}"
                hint = f"write that of its role: {role}"
                yield SESSION_ARN.at(value.node, value.path, message, hint)


def absent_keys(statement: Conditioned) -> Iterator[Problem]:
    """ForAllValues holds where the key is absent, so an Allow applies to all who do not send it."""
    if statement.effect != "Allow":
        return
    guarded = {
        test.key.text.lower()
        for test in statement.conditions()
        if test.operator.text == "Null" and [value.text.lower() for value in test.values] == ["false"]
    }
    for test in statement.conditions():
        found = operator(test.operator.text)
        if found and found.quantifier == "ForAllValues" and test.key.text.lower() not in guarded:
            key = test.key.text
            message = f"ForAllValues matches every request without {show(key)}, so it is allowed"
            hint = (
                f'add Null: {{{key}: "false"}}, or compare without ForAllValues where the key has one value'
            )
            yield ABSENT_KEY.at(test.operator.node, test.operator.path, message, hint, key=True)


def _near(key: str) -> str | None:
    prefix, slash, tag = key.partition("/")
    known = condition_keys()
    if slash and tag:
        near = closest(prefix, [name.rstrip("/") for name in key_names() if name.endswith("/")])
        return f"{near}/{tag}" if near else None
    if f"{prefix.lower()}/" in known:
        return f"{prefix}/<tag key>"
    if ":" not in key:
        near = closest(f"aws:{key}", key_names())
        return near if near and not near.endswith("/") else None
    return closest(key, [name for name in key_names() if not name.endswith("/")])


def _possible(found: Operator, value: str) -> bool:
    test = _VALUES.get(found.kind)
    return test is None or test(value)


def _truth(value: str) -> bool:
    return value.lower() in ("true", "false")


def _number(value: str) -> bool:
    return re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", value) is not None


def _date(value: str) -> bool:
    if value.isdecimal():
        return True
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _address(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _arn(value: str) -> bool:
    return value == "*" or (value.startswith(("arn:", "arn*", "*:", "a*")) and value.count(":") >= 5)


_VALUES: Mapping[str, Callable[[str], bool]] = {
    "Bool": _truth,
    "Numeric": _number,
    "Date": _date,
    "IPAddress": _address,
    "ARN": _arn,
}
_EXAMPLES = {
    "Bool": 'write "true" or "false"',
    "Numeric": 'write a number, such as "3600"',
    "Date": 'write "2026-01-31T00:00:00Z", or seconds since 1970',
    "IPAddress": 'write an address or a range, such as "203.0.113.0/24"',
    "ARN": "Arn operators compare each of the six parts of arn:...:...:...:...:... separately",
}
_KINDS = {
    "Bool": "truth value",
    "Numeric": "number",
    "Date": "date",
    "IPAddress": "IP address",
    "ARN": "ARN",
    "String": "text",
    "ArrayOfString": "text",
    "Binary": "binary value",
}
# Which kinds of operators can match a key of a kind.
_FITTING: Mapping[str, set[str]] = {
    "Bool": {"Bool", "String"},
    "ARN": {"ARN", "String"},
    "Date": {"Date", "Numeric", "String"},
    "Numeric": {"Numeric", "String"},
    "IPAddress": {"IPAddress", "String"},
    "String": {"String", "Bool", "Numeric", "ARN"},
    "ArrayOfString": {"String", "ARN"},
}
_OPERATORS = {
    "Bool": "Bool",
    "ARN": "ArnLike, or StringLike",
    "Date": "DateLessThan or DateGreaterThan",
    "Numeric": "NumericLessThan or another Numeric operator",
    "IPAddress": "IpAddress or NotIpAddress",
    "String": "StringEquals or StringLike",
    "ArrayOfString": "ForAnyValue:StringEquals or ForAnyValue:StringLike",
}
SESSION = re.compile(
    r"arn:(?P<partition>[^:]*):sts::(?P<account>[^:]*):assumed-role/(?P<role>[^/]+)(/.*)?\Z", re.DOTALL
)
