"""Values of condition keys: that a request could have them, as they are written.

AWS takes any text. A condition whose value is of no such shape never matches: under Allow nobody gets in,
under an exception from a Deny nobody is excepted. Source: IAM User Guide, "AWS global condition context
keys" and "IAM JSON policy elements: Condition operators"; Service Authorization Reference for S3 Vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vectorform.desired.arns import partition as partition_of
from vectorform.language.iam.reference import Operator, key_kind, operator
from vectorform.language.iam.statement import Conditioned, Test
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.templates import IAM_VARIABLE
from vectorform.wording import closest, show

PATTERN = Rule("VF630", "pattern-compared-as-text")
PATTERN_OF_FREE_TEXT = Rule("VF631", "pattern-compared-as-free-text", "warning")
SHAPE = Rule("VF632", "value-that-never-is")
ARN = Rule("VF633", "arn-that-never-is")

_ACCOUNT = (re.compile(r"[0-9]{12}\Z"), "an account's id has 12 digits")
_ORGANIZATION = (re.compile(r"o-[a-z0-9]+\Z"), "an organization's id begins with o-")
_SERVICE = (
    re.compile(r"[a-z0-9.-]+\.(amazonaws\.(com(\.cn)?|eu)|aws\.internal|amazon\.com)\Z"),
    "write a service's whole name, such as bedrock.amazonaws.com",
)
_TYPES = "AssumedRole, User, Account, FederatedUser or Anonymous"
# In lower case, as key names are compared.
_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    **dict.fromkeys(
        ("aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount", "aws:vpceaccount"), _ACCOUNT
    ),
    **dict.fromkeys(
        ("aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:vpceorgid"), _ORGANIZATION
    ),
    **dict.fromkeys(
        ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalservicename"), _SERVICE
    ),
    "aws:principaltype": (re.compile(f"({_TYPES.replace(', ', '|').replace(' or ', '|')})\\Z"), _TYPES),
    "aws:requestedregion": (re.compile(r"[a-z]+(-[a-z]+)+-[0-9]+\Z"), "a region is written as us-east-1"),
    "aws:sourcevpc": (re.compile(r"vpc-[a-z0-9]+\Z"), "a VPC's id begins with vpc-"),
    "aws:sourcevpce": (re.compile(r"vpce-[a-z0-9]+\Z"), "a VPC endpoint's id begins with vpce-"),
    "s3vectors:ssetype": (re.compile(r"(AES256|aws:kms)\Z"), "it is AES256 or aws:kms"),
}
# Free texts, in which somebody may have written a `*`.
_FREE = ("aws:referer", "aws:sourceidentity", "aws:useragent", "aws:requesttag", "aws:resourcetag")
_PRINCIPALS = ("root", "role", "user", "federated-user", "assumed-role")


def patterns_under_like(statement: Conditioned) -> Iterator[Problem]:
    """`*` and `?` stand for other characters under the Like and Arn operators alone."""
    for test, found in _string_tests(statement):
        if "Like" in found.name:
            continue
        for value in test.values:
            if not re.search(r"[*?]", IAM_VARIABLE.sub("", value.text)):
                continue
            like = test.operator.text.replace(found.name, _LIKE[found.name])
            message = f"{found.name} compares {show(value.text)} literally, including `*` and `?`"
            hint = f"write {like}, where they match any characters"
            certain = test.key.text.lower().partition("/")[0] not in _FREE and key_kind(test.key.text)
            rule = PATTERN if certain else PATTERN_OF_FREE_TEXT
            yield rule.at(value.node, value.path, message, hint)


def shapes(statement: Conditioned) -> Iterator[Problem]:
    """Account ids, organizations, endpoints and the like are written in one way only."""
    for test, found in _string_tests(statement):
        if test.key.text.lower() not in _SHAPES:
            continue
        shape, hint = _SHAPES[test.key.text.lower()]
        case = re.IGNORECASE if "IgnoreCase" in found.name else 0
        for value in test.values:
            if _is_plain(value.text) and not re.match(shape.pattern, value.text, case):
                message = f"{test.key.text} is never {show(value.text)}"
                yield SHAPE.at(value.node, value.path, message, hint)


def arns(statement: Conditioned) -> Iterator[Problem]:
    """Each part of an ARN that is written out must be one that there is."""
    partition = partition_of(statement.region.name)
    for test in statement.conditions():
        key = test.key.text
        found = operator(test.operator.text)
        if found is None or found.kind not in ("String", "ARN") or key_kind(key) != "ARN":
            continue
        for value in test.values:
            for message, hint in _arn_faults(key, value.text, partition):
                yield ARN.at(value.node, value.path, message, hint)


def _arn_faults(key: str, value: str, partition: str) -> Iterator[tuple[str, str]]:
    if _is_plain(value) and (not value.startswith("arn:") or value.count(":") < 5):
        if not value.startswith("arn:"):  # the operators for ARNs have complained already about the colons
            yield f"{key} is an ARN, but {show(value)} is not", f"write arn:{partition}:..."
        return
    parts = value.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return
    if _is_plain(parts[1]) and parts[1] != partition:
        yield (
            f"{show(value)} is in the partition {show(parts[1])}, and the bucket in {show(partition)}",
            f"write arn:{partition}:... or arn:{{partition}}:...",
        )
    elif _is_plain(parts[4]) and parts[4] and not _ACCOUNT[0].match(parts[4]):
        yield f"{show(parts[4])} in {show(value)} is not an AWS account", _ACCOUNT[1]
    elif key.lower() == "aws:principalarn":
        yield from _principal_faults(value, *parts[2:])


def _principal_faults(
    value: str, service: str, region: str, account: str, resource: str
) -> Iterator[tuple[str, str]]:
    kind, _, name = resource.partition("/")
    if (_is_plain(service) and service not in ("iam", "sts")) or not account:
        yield f"{show(value)} is not the ARN of a principal", "write arn:aws:iam::<account>:role/<name>"
    elif _is_plain(region) and region:
        yield f"{show(value)} has a region", "ARNs of iam have none: write arn:aws:iam::..."
    elif _is_plain(kind) and (kind not in _PRINCIPALS or bool(name) is (kind == "root")):
        near = closest(kind, _PRINCIPALS)
        hint = (
            f"did you mean `{near}`?"
            if near and near != kind
            else "write :role/<name>, :user/<name> or :root"
        )
        yield f"{show(value)} is not the ARN of a principal", hint


def _string_tests(statement: Conditioned) -> Iterator[tuple[Test, Operator]]:
    for test in statement.conditions():
        found = operator(test.operator.text)
        if found and found.name.startswith("String"):
            yield test, found


def _is_plain(text: str) -> bool:
    """Whether it stands for itself: no pattern, and no variable of IAM in it."""
    return not re.search(r"[*?]|\$\{", text)


_LIKE = {
    "StringEquals": "StringLike",
    "StringNotEquals": "StringNotLike",
    "StringEqualsIgnoreCase": "StringLike",
    "StringNotEqualsIgnoreCase": "StringNotLike",
}
