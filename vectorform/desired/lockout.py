"""Whether a Deny in a bucket's policy leaves nobody in the account who could change the policy again.

What is asked: would an administrator or a deployer of the account, of whom only the account is known, be
refused what Terraform needs to read and to change the bucket? An allow anywhere else does not help against
an explicit deny (IAM User Guide, "Policy evaluation logic"). The judgement is about one statement of an IAM
document, in any of its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vectorform.desired.wildcards import matches

# Without them Terraform reads nothing any more, or the policy cannot be changed.
NEEDED = (
    "s3vectors:PutVectorBucketPolicy",
    "s3vectors:GetVectorBucketPolicy",
    "s3vectors:GetVectorBucket",
    "s3vectors:ListTagsForResource",
)
NEEDED_ON_INDEXES = ("s3vectors:GetIndex", "s3vectors:ListTagsForResource")

# Condition keys that a direct request of a person or a pipeline does not have.
_ABSENT = {
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
}
# Those that every such request has, without a value that is known here.
_PRESENT = {"aws:principalarn", "aws:userid", "aws:principaltype", "aws:currenttime", "aws:epochtime"}
# What tells callers apart: whoever is named under them was meant to be let through.
_WHO = {"aws:userid", "aws:username", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceidentity"}
# What some callers have and others have not: a test for it that holds is about those alone, such as a
# network that is blocked, a tag of quarantine, or sessions that began before a day.
_SOME = {
    "aws:federatedprovider",
    "aws:sourceidentity",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:userid",
    "aws:username",
    "aws:vpcsourceip",
}
_ANY_VALUE = {"*", "0.0.0.0/0", "::/0"}
# Roles that services make for their own use.
_OF_SERVICES = re.compile(r"role/(aws-service-role/|service-role/|(.*/)?(AmazonBedrock|AmazonSageMaker))")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the judgement is about. `administrators`: role ARNs that the environment names as such.

    `applications` are the ARNs of the roles that it makes for applications, whose names begin with the
    `project`: to except them alone is no way back for the person who deploys.
    """

    id: str
    partition: str
    region: str
    project: str
    administrators: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()


def locked_out(
    statement: Mapping[str, Any], account: Account, bucket: str, indexes: Sequence[str] = ()
) -> list[str]:
    """The needed actions that the statement refuses to the account itself; empty if it locks nobody out.

    `bucket` and `indexes` are the ARNs of what the policy is about.
    """
    if statement.get("Effect") != "Deny" or not _everybody(statement, account):
        return []
    conditions = statement.get("Condition", {})
    if any(
        _excepts(str(operator), str(key), [str(value) for value in _list(values)], account)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    ):
        return []
    refused = [action for action in NEEDED if _covers(statement, action, [bucket])]
    refused += [action for action in NEEDED_ON_INDEXES if _covers(statement, action, indexes)]
    return list(dict.fromkeys(refused))


def _everybody(statement: Mapping[str, Any], account: Account) -> bool:
    """Whether it is about the whole account, and not about some of its principals alone."""
    if "NotPrincipal" in statement:
        excepted = set(_names(statement["NotPrincipal"]))
        # To except a role its account has to be excepted too (IAM User Guide, "NotPrincipal").
        roles = [name for name in excepted if name.startswith("arn:") and not name.endswith(":root")]
        return not (_own(excepted, account) and any(_candidate(role, account) for role in roles))
    names = set(_names(statement.get("Principal", "*")))
    administrators = set(account.administrators)
    return "*" in names or _own(names, account) or bool(administrators and administrators <= names)


def _own(names: Iterable[str], account: Account) -> bool:
    return bool(set(names) & {account.id, f"arn:{account.partition}:iam::{account.id}:root"})


def _names(principal: Any) -> list[str]:
    if not isinstance(principal, Mapping):
        return [str(principal)]
    return [str(name) for name in _list(principal.get("AWS", []))]


def _covers(statement: Mapping[str, Any], action: str, resources: Sequence[str]) -> bool:
    """Whether it denies the action on one of the resources."""
    actions = [str(pattern).lower() for pattern in _list(_element(statement, "Action"))]
    if any(matches(pattern, action.lower()) for pattern in actions) is not ("Action" in statement):
        return False
    patterns = [str(pattern) for pattern in _list(_element(statement, "Resource"))]
    wanted = "NotResource" not in statement
    return any(any(matches(pattern, arn) for pattern in patterns) is wanted for arn in resources)


def _element(statement: Mapping[str, Any], name: str) -> Any:
    return statement.get(name, statement.get(f"Not{name}", []))


def _excepts(operator: str, key: str, values: list[str], account: Account) -> bool:
    """Whether this test fails for an administrator or a deployer, so that the statement does not apply.

    Absent keys: IAM User Guide, "Conditions with multiple context keys or values" and "IfExists".
    """
    key = key.lower()
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        asked_absent = [value.lower() for value in values] == ["true"]
        return (key in _ABSENT and not asked_absent) or (_is_present(key) and asked_absent)
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    if key in _ABSENT:
        # Absent: only a plain positive test, or one of any value, does not hold.
        return quantifier == "ForAnyValue" or not (negated or if_exists or quantifier == "ForAllValues")
    literal = name.startswith("String") and "Like" not in name
    if key == "aws:principalarn":
        # No ARN has a `*` in it: where they are compared letter by letter, such a value names nobody.
        return _by_arn([v for v in values if not (literal and _is_pattern(v))], negated, account)
    known = _known(account).get(key)
    if known is not None:
        folded = [value.lower() for value in values]
        return any(_equal(value, known.lower(), literal) for value in folded) is negated
    if not (negated or if_exists or quantifier == "ForAllValues") and not _ANY_VALUE & set(values):
        return _of_some(key, name)
    # Names somebody: an administrator would, if the account's own are meant.
    return key in _WHO and negated


def _of_some(key: str, operator: str) -> bool:
    """Whether a request of who administers the account need not have what a positive test asks for."""
    if key == "aws:tokenissuetime":  # long-term credentials have none, and new sessions are later
        return "LessThan" in operator
    # Keys of other services than S3 Vectors: its requests have none of them.
    foreign = not key.startswith(("aws:", "s3vectors:"))
    return foreign or key in _SOME or key.startswith("aws:principaltag/")


def _equal(pattern: str, value: str, literal: bool) -> bool:
    return pattern == value if literal else matches(pattern, value)


def _is_pattern(value: str) -> bool:
    return "*" in value or "?" in value


def _is_present(key: str) -> bool:
    return key in _PRESENT or key in ("aws:principalaccount", "aws:securetransport", "aws:requestedregion")


def _known(account: Account) -> Mapping[str, str]:
    """The condition keys whose values are the same for everybody in the account."""
    return {
        "aws:principalaccount": account.id,
        "aws:principalisawsservice": "false",
        "aws:requestedregion": account.region,
        "aws:resourceaccount": account.id,
        "aws:securetransport": "true",
        "aws:viaawsservice": "false",
    }


def _by_arn(patterns: list[str], negated: bool, account: Account) -> bool:
    """Whether a test of aws:PrincipalArn lets through who administers the account."""
    if negated:
        return any(_candidate(pattern, account) for pattern in patterns)
    # The statement is about these alone, unless they are everybody.
    example = f"arn:{account.partition}:iam::{account.id}:role/any-role"
    everybody = any(matches(pattern, example) for pattern in patterns)
    named = [arn for arn in account.administrators if any(matches(pattern, arn) for pattern in patterns)]
    return not everybody and (not named or len(named) < len(account.administrators))


def _candidate(pattern: str, account: Account) -> bool:
    """Whether an excepted ARN can be that of who administers the account, or deploys to it."""
    if account.administrators:
        return any(matches(pattern, arn) or pattern == arn for arn in account.administrators)
    parts = pattern.split(":", 5)
    if pattern.strip("*") == "":
        return True
    if len(parts) < 6:
        # A pattern for StringLike need not spell the six parts.
        return "*" in pattern and not pattern.startswith("arn:aws:sts")
    partition, service, _, owner, resource = parts[1:]
    if not (matches(partition, account.partition) and matches(service, "iam") and matches(owner, account.id)):
        return False
    if _OF_SERVICES.match(resource):
        return False
    if not _is_pattern(pattern):
        return pattern not in account.applications
    if matches(pattern, f"arn:{account.partition}:iam::{account.id}:role/any-role"):
        return True
    own = f"arn:{account.partition}:iam::{account.id}:role/{account.project}-*"
    return not matches(own, pattern) and not any(matches(pattern, role) for role in account.applications)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
