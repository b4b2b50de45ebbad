"""What AWS refuses when a policy that names principals is put: of a vector bucket, a role's trust, a key.

Source: IAM User Guide, "Grammar of the IAM JSON policy language", "AWS JSON policy elements: Principal" and
"Condition operators". The messages are those of IAM and of S3's bucket policies, as far as they are known; S3
Vectors' own are not. Whether a principal exists is not asked: those of an environment's surroundings are not
here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from s3vectors_local.policy_conditions import is_operator
from s3vectors_local.policy_text import as_list, matches

_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):"
    r"(iam::\d{12}:(root|(role|user)/([!-~]*/)?[\w+=,.@-]{1,64})"
    r"|sts::\d{12}:(assumed-role/[\w+=,.@-]{1,64}/[\w+=,.@-]{2,64}|federated-user/[\w+=,.@-]{2,32}))",
    re.ASCII,
)
# The account's id, or the id that IAM shows in the place of a principal.
_ID = re.compile(r"\d{12}|A(ROA|IDA)[A-Z0-9]{12,}")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.(com|com\.cn|eu)|amazon\.com|aws\.internal)")
_PROVIDER = re.compile(
    r"arn:[a-z-]+:iam::\d{12}:(oidc|saml)-provider/[!-~]+"
    r"|cognito-identity\.amazonaws\.com|accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com"
)
_SID = re.compile("[0-9A-Za-z]*", re.ASCII)
_TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
)
# They act on no bucket that there is.
_ON_THE_ACCOUNT = {"CreateVectorBucket", "ListVectorBuckets"}


class Malformed(Exception):
    """AWS would not take the policy; the text says why."""


def is_service(name: str) -> bool:
    """Whether `name` has the form of a service's name as a principal, e.g. `lambda.amazonaws.com`."""
    return _SERVICE.fullmatch(name) is not None


def check_bucket_policy(text: str, partition: str, operations: Iterable[str]) -> None:
    """Raises Malformed for what S3 Vectors would not take. `operations` are those of the service."""
    named = [f"s3vectors:{name}" for name in operations if name not in _ON_THE_ACCOUNT]
    for statement in _statements(text):
        _check_form(statement, ("Principal", "Action", "Resource"))
        _check_principals(statement, partition, {"AWS", "Service", "Federated"})
        for action in _texts(statement, "Action"):
            if not any(matches(action, name, ignore_case=True) for name in named):
                known = any(
                    matches(action, f"s3vectors:{name}", ignore_case=True) for name in _ON_THE_ACCOUNT
                )
                raise Malformed(
                    "Action does not apply to any resource(s) in statement"
                    if known
                    else "Policy has invalid action"
                )
        for resource in _texts(statement, "Resource"):
            if resource != "*" and resource.count(":") < 5:
                raise Malformed("Policy has invalid resource")


def check_key_policy(text: str, partition: str) -> None:
    """Raises Malformed for what KMS would not take as a key policy."""
    for statement in _statements(text):
        _check_form(statement, ("Principal", "Action", "Resource"))
        try:
            _check_principals(statement, partition, {"AWS", "Service", "Federated"})
        except Malformed:
            raise Malformed("Policy contains a statement with one or more invalid principals.") from None


def check_identity_policy(text: str) -> None:
    """Raises Malformed for what cannot be the policy of a user, a group, a role or a session."""
    for statement in _statements(text):
        if {"Principal", "NotPrincipal"} & statement.keys():
            raise Malformed("Policy document should not specify a principal.")
        _check_sid(statement)
        _check_form(statement, ("Action", "Resource"))


def check_trust_policy(text: str, partition: str) -> None:
    """Raises Malformed for what IAM would not take as the trust policy of a role."""
    for statement in _statements(text):
        for element in ("Resource", "NotResource", "NotPrincipal"):
            if element in statement:
                raise Malformed(f"Has prohibited field {element}")
        _check_sid(statement)
        _check_form(statement, ("Principal", "Action"))
        _check_principals(statement, partition, {"AWS", "Service", "Federated"})
        for action in _texts(statement, "Action"):
            if not any(matches(action, name, ignore_case=True) for name in _TRUST_ACTIONS):
                raise Malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _statements(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    statements = as_list(document.get("Statement")) if isinstance(document, dict) else []
    if not statements or not all(isinstance(statement, dict) for statement in statements):
        raise Malformed("Malformed policy document")
    if document.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        raise Malformed("Policy document must be version 2012-10-17 or greater.")
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if not all(isinstance(sid, str) for sid in sids) or len(set(sids)) < len(sids):
        raise Malformed("Statement IDs (SID) in a single policy must be unique.")
    yield from statements


def _check_form(statement: Mapping[str, Any], required: Iterable[str]) -> None:
    if unknown := sorted(statement.keys() - _ELEMENTS):
        raise Malformed(f"Unknown field {unknown[0]}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise Malformed("Invalid effect: Allow and Deny are possible")
    if "NotPrincipal" in statement and statement["Effect"] == "Allow":
        raise Malformed("Allow with NotPrincipal is not allowed.")
    for element in required:
        if len({element, f"Not{element}"} & statement.keys()) != 1:
            raise Malformed(f"Missing required field {element}")
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict):
        raise Malformed("Syntax errors in policy.")
    for operator, keys in conditions.items():
        if not is_operator(operator):
            raise Malformed(f"Invalid Condition type : {operator}.")
        if not isinstance(keys, dict) or not keys:
            raise Malformed("Syntax errors in policy.")
        for key, values in keys.items():
            _check_condition(key, values)


def _check_condition(key: str, values: Any) -> None:
    if ":" not in key:
        raise Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    if not all(isinstance(value, str | int | float) for value in as_list(values)):
        raise Malformed("Syntax errors in policy.")


def _check_sid(statement: Mapping[str, Any]) -> None:
    """Only IAM is so strict: other services take a Sid with spaces (IAM User Guide, element Sid)."""
    if not _SID.fullmatch(statement.get("Sid", "")):
        raise Malformed(
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )


def _check_principals(statement: Mapping[str, Any], partition: str, kinds: set[str]) -> None:
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal or principal.keys() - kinds:
        raise Malformed("Invalid principal in policy")
    for kind, names in principal.items():
        for name in as_list(names):
            if not isinstance(name, str) or not _is_principal(kind, name, partition):
                if kind == "Federated":
                    raise Malformed("Federated principals must be valid domain names or SAML metadata ARNs")
                raise Malformed(f'Invalid principal in policy: "{kind.upper()}":"{name}"')


def _is_principal(kind: str, name: str, partition: str) -> bool:
    if kind == "Service":
        return is_service(name)
    if kind == "Federated":
        return _PROVIDER.fullmatch(name) is not None
    arn = _ARN.fullmatch(name)
    return (
        name == "*" or _ID.fullmatch(name) is not None or (arn is not None and arn["partition"] == partition)
    )


def _texts(statement: Mapping[str, Any], element: str) -> list[str]:
    values = as_list(statement.get(element, statement.get(f"Not{element}", [])))
    if not values or not all(isinstance(value, str) for value in values):
        raise Malformed("Syntax errors in policy.")
    return values
