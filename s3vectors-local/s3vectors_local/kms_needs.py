"""What a call to KMS must be allowed: actions, keys and condition keys.

Source: Service Authorization Reference, "AWS Key Management Service"; AWS KMS Developer Guide, "Condition
keys for AWS KMS".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from s3vectors_local.callers import Caller
from s3vectors_local.moto_services import Moto
from s3vectors_local.policy_language import Question
from s3vectors_local.tag_keys import of_request

_ID_BYTES = 36  # at the head of what moto has encrypted

_CONDITIONS: Mapping[str, Mapping[str, Any]] = {
    "CreateKey": {
        "BypassPolicyLockoutSafetyCheck": False,
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    },
    "EnableKeyRotation": {"RotationPeriodInDays": 365},
    "PutKeyPolicy": {"BypassPolicyLockoutSafetyCheck": False},
    "ScheduleKeyDeletion": {"PendingWindowInDays": 30},
}
_RENAMED = {"Origin": "KeyOrigin", "PendingWindowInDays": "ScheduleKeyDeletionPendingWindowInDays"}


def questions(
    moto: Moto, caller: Caller, operation: str, asked: Mapping[str, Any], scope: str
) -> Iterator[Question]:
    """Everything that must be allowed. `scope` is how the ARNs of the service, region and account begin."""
    if operation == "ReEncrypt":  # two permissions, of which the key policies of both keys speak
        for action, way in (("ReEncryptFrom", "Source"), ("ReEncryptTo", "Destination")):
            named = key_names(f"{operation}{way}", asked)
            context = _encryption_context(asked.get(f"{way}EncryptionContext"))
            for name in named or ["*"]:
                yield Question(caller, f"kms:{action}", key_arn(name, scope), context)
        return
    tags = {str(tag.get("TagKey")): str(tag.get("TagValue", "")) for tag in asked.get("Tags") or ()}
    context = {
        **_encryption_context(asked.get("EncryptionContext")),
        **of_request(tags, asked.get("TagKeys") or ()),
        **_members(operation, asked),
    }
    if operation == "CreateGrant":
        context |= _grant(asked)
    for key in _keys(moto, operation, asked, scope):
        yield Question(caller, f"kms:{operation}", key, context)
    if operation == "CreateKey" and tags:
        yield Question(caller, "kms:TagResource", f"{scope}:key/*", context)


def key_names(operation: str, asked: Mapping[str, Any]) -> list[str]:
    """The keys and aliases that a call names. What was encrypted names its key, so Decrypt need not.

    Of ReEncrypt: `ReEncryptSource` and `ReEncryptDestination`.
    """
    member, encrypted = {
        "CreateAlias": ("TargetKeyId", ""),
        "Decrypt": ("KeyId", "CiphertextBlob"),
        "ReEncryptDestination": ("DestinationKeyId", ""),
        "ReEncryptSource": ("SourceKeyId", "CiphertextBlob"),
        "UpdateAlias": ("TargetKeyId", ""),
    }.get(operation, ("KeyId", ""))
    if asked.get(member) is not None:
        return [str(asked[member])]
    if encrypted not in asked:
        return []
    try:
        return [base64.b64decode(asked[encrypted])[:_ID_BYTES].decode("ascii")]
    except (TypeError, binascii.Error, UnicodeDecodeError):
        return []  # nothing of KMS, which says so


def key_arn(named: str, scope: str) -> str:
    """The ARN of a KMS key, or of an alias, however a call names it; `scope` is how such ARNs begin."""
    if named == "*" or named.startswith("arn:"):
        return named
    return f"{scope}:{named}" if named.startswith("alias/") else f"{scope}:key/{named}"


def _keys(moto: Moto, operation: str, asked: Mapping[str, Any], scope: str) -> list[str]:
    """The ARNs of the keys and aliases that a call acts on, or `*` where it names none."""
    alias = asked.get("AliasName")
    if alias is None:
        return [key_arn(name, scope) for name in key_names(operation, asked) or ["*"]]
    key = moto.kms_key(f"{scope}:{alias}")
    named = [str(alias), asked.get("TargetKeyId"), key.arn if key is not None else None]
    return [key_arn(str(name), scope) for name in named if name is not None]


def _encryption_context(given: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, Mapping) or not given:
        return {}
    pairs = {f"kms:encryptioncontext:{name}".lower(): (str(value),) for name, value in given.items()}
    return {**pairs, "kms:encryptioncontextkeys": tuple(map(str, given))}


def _members(operation: str, asked: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The members of a call that are condition keys, with KMS's defaults."""
    defaults = _CONDITIONS.get(operation, {})
    given = {member: asked.get(member, default) for member, default in defaults.items()}
    return {
        f"kms:{_RENAMED.get(member, member)}".lower(): (
            str(value).lower() if isinstance(value, bool) else str(value),
        )
        for member, value in given.items()
        if value is not None
    }


def _grant(asked: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    context: dict[str, tuple[str, ...]] = {
        "kms:grantisforawsresource": ("false",),
        "kms:grantoperations": tuple(map(str, asked.get("Operations") or ())),
    }
    for member in ("GranteePrincipal", "RetiringPrincipal"):
        if asked.get(member) is not None:
            context[f"kms:{member}".lower()] = (str(asked[member]),)
    constraints = asked.get("Constraints")
    if isinstance(constraints, Mapping) and constraints:
        context["kms:grantconstrainttype"] = tuple(map(str, constraints))
    return context
