"""What policies may name: actions, condition keys, operators, service principals. Read when first needed.

The data file is written by `tools/authorization_reference.py`, which says where it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vectorform.desired.actions import ON_ACCOUNT, PREFIX

# They act on no bucket that exists, so no bucket's policy can speak of them.
ACCOUNT_ACTIONS = frozenset(action.removeprefix(PREFIX) for action in ON_ACCOUNT)

# IAM User Guide, "AWS global condition context keys", as of 2026-11-26. Tag keys end with a slash.
GLOBAL_KEYS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "aws:AssumedRoot",
            "aws:MultiFactorAuthPresent",
            "aws:PrincipalIsAWSService",
            "aws:SecureTransport",
            "aws:ViaAWSMCPService",
            "aws:ViaAWSService",
        ),
        "Bool",
    ),
    **dict.fromkeys(
        (
            "aws:ChatbotSourceArn",
            "aws:PrincipalArn",
            "aws:SignInSessionArn",
            "aws:SourceArn",
            "aws:SourceVpcArn",
            "ec2:SourceInstanceArn",
            "lambda:SourceFunctionArn",
            "ssm:SourceInstanceArn",
        ),
        "ARN",
    ),
    **dict.fromkeys(("aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"), "Date"),
    **dict.fromkeys(("aws:MultiFactorAuthAge", "ec2:RoleDelivery"), "Numeric"),
    **dict.fromkeys(("aws:SourceIp", "aws:VpcSourceIp", "aws:Ec2InstanceSourcePrivateIPv4"), "IPAddress"),
    **dict.fromkeys(
        (
            "aws:CalledVia",
            "aws:PrincipalOrgPaths",
            "aws:PrincipalServiceNamesList",
            "aws:ResourceOrgPaths",
            "aws:SourceOrgPaths",
            "aws:TagKeys",
            "aws:VpceOrgPaths",
        ),
        "ArrayOfString",
    ),
    **dict.fromkeys(
        (
            "aws:CalledViaAWSMCP",
            "aws:CalledViaFirst",
            "aws:CalledViaLast",
            "aws:Ec2InstanceSourceVpc",
            "aws:FederatedProvider",
            "aws:PrincipalAccount",
            "aws:PrincipalOrgID",
            "aws:PrincipalServiceName",
            "aws:PrincipalTag/",
            "aws:PrincipalType",
            "aws:Referer",
            "aws:RequestTag/",
            "aws:RequestedRegion",
            "aws:ResourceAccount",
            "aws:ResourceOrgID",
            "aws:ResourceTag/",
            "aws:SourceAccount",
            "aws:SourceIdentity",
            "aws:SourceOrgID",
            "aws:SourceVpc",
            "aws:SourceVpce",
            "aws:UserAgent",
            "aws:VpceAccount",
            "aws:VpceOrgID",
            "aws:userid",
            "aws:username",
            "glue:CredentialIssuingService",
            "glue:RoleAssumedBy",
            "identitystore:UserId",
        ),
        "String",
    ),
}

# IAM User Guide, "IAM JSON policy elements: Condition operators". Kind of value of each.
OPERATORS: Mapping[str, str] = {
    "StringEquals": "String",
    "StringNotEquals": "String",
    "StringEqualsIgnoreCase": "String",
    "StringNotEqualsIgnoreCase": "String",
    "StringLike": "String",
    "StringNotLike": "String",
    "ArnEquals": "ARN",
    "ArnNotEquals": "ARN",
    "ArnLike": "ARN",
    "ArnNotLike": "ARN",
    "NumericEquals": "Numeric",
    "NumericNotEquals": "Numeric",
    "NumericLessThan": "Numeric",
    "NumericLessThanEquals": "Numeric",
    "NumericGreaterThan": "Numeric",
    "NumericGreaterThanEquals": "Numeric",
    "DateEquals": "Date",
    "DateNotEquals": "Date",
    "DateLessThan": "Date",
    "DateLessThanEquals": "Date",
    "DateGreaterThan": "Date",
    "DateGreaterThanEquals": "Date",
    "IpAddress": "IPAddress",
    "NotIpAddress": "IPAddress",
    "Bool": "Bool",
    "BinaryEquals": "Binary",
    "Null": "Bool",
}
QUANTIFIERS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator as it is written: `ForAnyValue:StringLikeIfExists`."""

    name: str
    kind: str
    quantifier: str = ""
    if_exists: bool = False

    @property
    def reads_variables(self) -> bool:
        """IAM User Guide, "IAM policy elements: Variables and tags": in string and ARN operators alone."""
        return self.kind in ("String", "ARN")


def operator(written: str) -> Operator | None:
    """The operator, or None: IAM has no such one."""
    quantifier, _, rest = written.rpartition(":")
    name = rest.removesuffix("IfExists")
    kind = OPERATORS.get(name)
    if kind is None or (quantifier and quantifier not in QUANTIFIERS) or (name == "Null" and rest != name):
        return None
    return Operator(name, kind, quantifier, rest != name)


@cache
def _data() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(
        Path(__file__).with_name("reference.json").read_text(encoding="utf-8")
    )
    return loaded


def as_of() -> str:
    """The day of the data."""
    return str(_data()["as_of"])


def actions() -> Mapping[str, list[str]]:
    """Each action of S3 Vectors, without its prefix, and the resource types that it acts on."""
    found: Mapping[str, list[str]] = _data()["actions"]
    return found


@cache
def condition_keys() -> Mapping[str, str]:
    """The condition keys that a request to S3 Vectors can have, in lower case, and what their values are."""
    own = {key.partition("${")[0]: kind for key, kind in _data()["condition_keys"]["s3vectors"].items()}
    return {key.lower(): kind for key, kind in {**GLOBAL_KEYS, **own}.items()}


@cache
def key_names() -> tuple[str, ...]:
    """The same keys as AWS spells them, for suggestions."""
    own = (key.partition("${")[0] for key in _data()["condition_keys"]["s3vectors"])
    return tuple(sorted({*GLOBAL_KEYS, *own}))


def key_kind(key: str) -> str | None:
    """What the values of a condition key are; None for a key that no request to S3 Vectors has."""
    folded = key.lower()
    name, slash, tag = folded.partition("/")
    known = condition_keys()
    if slash:
        return known.get(f"{name}/") if tag else None
    return None if folded.endswith("/") else known.get(folded)


@cache
def service_principals() -> frozenset[str]:
    """The known service principals, without `.amazonaws.com`."""
    return frozenset(_data()["service_principals"])
