"""Keys that a call of KMS cannot be about: of another region, or in the wrong state. Imports moto.

moto looks at neither. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys"; API reference,
ScheduleKeyDeletion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.kms.models import kms_backends

from s3vectors_local.callers import Caller
from s3vectors_local.s3vectors.errors import NotFound, ServiceError, ValidationError

_SHORTEST, _LONGEST = 7, 30  # days, of ScheduleKeyDeletion
_OF_GRANTS = frozenset({"CreateGrant", "ListGrants", "RevokeGrant"})
_NOT_WHILE_DISABLED = frozenset(
    {
        "CreateGrant",
        "Encrypt",
        "EnableKeyRotation",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetPublicKey",
        "ReEncrypt",
        "Sign",
        "Verify",
        "VerifyMac",
    }
)
_NOT_WHILE_PENDING_DELETION = _NOT_WHILE_DISABLED | {
    "CreateAlias",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateKeyDescription",
}


class Disabled(ServiceError):
    """400 DisabledException."""

    code = "DisabledException"
    status = 400


class InvalidState(ServiceError):
    """400 KMSInvalidStateException."""

    code = "KMSInvalidStateException"
    status = 400


def check_key(operation: str, asked: Mapping[str, Any], caller: Caller, region: str) -> None:
    """Raises NotFound, Disabled, InvalidState, and ValidationError for a window that KMS does not have."""
    name = asked.get("TargetKeyId" if operation in ("CreateAlias", "UpdateAlias") else "KeyId")
    if not isinstance(name, str):
        return
    if name.startswith("arn:") and name.count(":") >= 5 and name.split(":")[3] != region:
        raise NotFound(f"Invalid arn {name.split(':')[3]}")
    key = _found(name, caller.account, region)
    if key is None:
        if operation in _OF_GRANTS:
            raise NotFound(f"Key '{name}' does not exist")
        return  # moto says so
    if operation == "CancelKeyDeletion" and key.key_state != "PendingDeletion":
        raise InvalidState(f"{key.arn} is not pending deletion.")
    if operation in _NOT_WHILE_PENDING_DELETION and key.key_state == "PendingDeletion":
        raise InvalidState(f"{key.arn} is pending deletion.")
    if operation in _NOT_WHILE_DISABLED and key.key_state == "Disabled":
        raise Disabled(f"{key.arn} is disabled.")
    window = asked.get("PendingWindowInDays")
    if operation == "ScheduleKeyDeletion" and window is not None and not _SHORTEST <= window <= _LONGEST:
        raise ValidationError(f"PendingWindowInDays: {window} is not between {_SHORTEST} and {_LONGEST}")


def _found(name: str, account: str, region: str) -> Any:
    keys = kms_backends[account][region].keys
    resource = name.split(":", 5)[5] if name.startswith("arn:") and name.count(":") >= 5 else name
    if resource.startswith("alias/"):
        return next((key for key in keys.values() if resource in key.aliases), None)
    return keys.get(resource.removeprefix("key/"))
