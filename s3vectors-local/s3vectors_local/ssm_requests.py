"""Which permissions a call to Parameter Store needs, on which parameters and with which condition keys.

Source: Service Authorization Reference, "AWS Systems Manager"; Systems Manager User Guide, "Restricting
access to Parameter Store parameters using IAM policies" and "AWS KMS encryption for Parameter Store".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from s3vectors_local.callers import Caller
from s3vectors_local.policy_language import Question
from s3vectors_local.tag_keys import of_request, of_resource

_ONE = frozenset(
    {
        "DeleteParameter",
        "GetParameter",
        "GetParameterHistory",
        "LabelParameterVersion",
        "PutParameter",
        "UnlabelParameterVersion",
    }
)
_SEVERAL = frozenset({"DeleteParameters", "GetParameters"})
_OF_TAGS = frozenset({"AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"})
_DEFAULT_KEY = "alias/aws/ssm"  # everybody in the account may use it through Parameter Store
_READING = frozenset({"GetParameter", "GetParameterHistory", "GetParameters"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of Parameter Store; `key` is its KMS key by id, ARN or alias."""

    key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class Parameters(Protocol):
    """Where parameters are looked up, by account, region and name."""

    def parameter(self, account: str, region: str, name: str) -> Parameter | None:
        """The parameter of this name, or None."""


def questions(
    moto: Parameters, caller: Caller, operation: str, asked: Mapping[str, Any], scope: str
) -> Iterator[Question]:
    """Everything that must be allowed; `scope` is how ARNs of the service, region and account begin.

    The questions have the condition keys of the call alone, without those that every request has.
    """
    region, account = scope.split(":")[-2:]
    arns = f"{scope}:parameter/"
    tags = {tag["Key"]: str(tag.get("Value", "")) for tag in asked.get("Tags") or []}
    context = of_request(tags, asked.get("TagKeys") or ())
    for key, member in (("ssm:overwrite", "Overwrite"), ("ssm:recursive", "Recursive")):
        if member in asked:
            context[key] = (str(asked[member]).lower(),)
    names = _names(operation, asked)
    if not names:
        yield Question(caller, f"ssm:{operation}", "*", context)
    for name in names:
        resource = name if name.startswith("arn:") else arns + _plain(name).lstrip("/")
        known = moto.parameter(account, region, _plain(name)) or Parameter()
        of_call = {**context, **of_resource(known.tags, "ssm")}
        yield Question(caller, f"ssm:{operation}", resource, of_call)
        if operation == "PutParameter" and tags:
            yield Question(caller, "ssm:AddTagsToResource", resource, of_call)
        if action := _key_action(operation, asked):
            chosen = str(asked.get("KeyId") or known.key or _DEFAULT_KEY)
            if chosen != _DEFAULT_KEY:
                via = {
                    "kms:viaservice": (f"ssm.{region}.amazonaws.com",),
                    "kms:encryptioncontext:parameter_arn": (resource,),
                    "aws:viaawsservice": ("true",),
                }
                yield Question(caller, action, chosen, via)


def _names(operation: str, asked: Mapping[str, Any]) -> list[str]:
    if operation in _ONE:
        return [str(asked.get("Name", ""))]
    if operation in _SEVERAL:
        return [str(name) for name in asked.get("Names") or []]
    if operation == "GetParametersByPath":
        return [str(asked.get("Path", "")).rstrip("/")]
    if operation in _OF_TAGS and asked.get("ResourceType") == "Parameter":
        return [str(asked.get("ResourceId", ""))]
    return []


def _plain(name: str) -> str:
    """A name without the version or label behind it."""
    return name if name.startswith("arn:") else name.partition(":")[0]


def _key_action(operation: str, asked: Mapping[str, Any]) -> str | None:
    """What a SecureString asks of its key."""
    if operation in _READING:
        return "kms:Decrypt" if asked.get("WithDecryption") is True else None
    if operation == "PutParameter" and asked.get("Type") == "SecureString":
        return "kms:GenerateDataKey" if asked.get("Tier") == "Advanced" else "kms:Encrypt"
    return None
