"""Keys that a call of KMS cannot be about: of another region or kind, or in the wrong state. Imports moto.

moto looks at none of these. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys"; API reference,
ScheduleKeyDeletion, and the errors InvalidKeyUsageException and UnsupportedOperationException.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.kms.models import kms_backends

from s3vectors_local.callers import Caller
from s3vectors_local.kms_needs import key_names
from s3vectors_local.s3vectors.errors import NotFound, ServiceError, ValidationError

_SHORTEST, _LONGEST = 7, 30  # days, of ScheduleKeyDeletion
_OF_GRANTS = frozenset({"CreateGrant", "ListGrants", "RevokeGrant"})
_NOT_WHILE_DISABLED = frozenset(
    {
        "CreateGrant",
        "Decrypt",
        "Encrypt",
        "EnableKeyRotation",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetPublicKey",
        "ReEncryptDestination",
        "ReEncryptSource",
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

_ENCRYPTION = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptDestination",
    "ReEncryptSource",
)
_USAGES = {
    **dict.fromkeys(_ENCRYPTION, "ENCRYPT_DECRYPT"),
    **dict.fromkeys(("Sign", "Verify"), "SIGN_VERIFY"),
    **dict.fromkeys(("GenerateMac", "VerifyMac"), "GENERATE_VERIFY_MAC"),
    "DeriveSharedSecret": "KEY_AGREEMENT",
}
_ALGORITHMS = {
    "ReEncryptDestination": "DestinationEncryptionAlgorithm",
    "ReEncryptSource": "SourceEncryptionAlgorithm",
}
_SYMMETRIC = "SYMMETRIC_DEFAULT"


class Disabled(ServiceError):
    """400 DisabledException."""

    code = "DisabledException"
    status = 400


class InvalidState(ServiceError):
    """400 KMSInvalidStateException."""

    code = "KMSInvalidStateException"
    status = 400


class InvalidKeyUsage(ServiceError):
    """400 InvalidKeyUsageException."""

    code = "InvalidKeyUsageException"
    status = 400


class UnsupportedOperation(ServiceError):
    """400 UnsupportedOperationException."""

    code = "UnsupportedOperationException"
    status = 400


def check_keys(operation: str, asked: Mapping[str, Any], caller: Caller, region: str) -> None:
    """Raises NotFound, Disabled, InvalidState, InvalidKeyUsage and UnsupportedOperation.

    And ValidationError for a window that KMS does not have.
    """
    window = asked.get("PendingWindowInDays")
    ways = ("ReEncryptSource", "ReEncryptDestination") if operation == "ReEncrypt" else (operation,)
    for way in ways:
        for name in key_names(way, asked):
            _check_key(way, name, asked, caller.account, region)
    if operation == "ScheduleKeyDeletion" and window is not None and not _SHORTEST <= window <= _LONGEST:
        raise ValidationError(f"PendingWindowInDays: {window} is not between {_SHORTEST} and {_LONGEST}")


def _check_key(operation: str, name: str, asked: Mapping[str, Any], account: str, region: str) -> None:
    if name.startswith("arn:") and name.count(":") >= 5 and name.split(":")[3] != region:
        raise NotFound(f"Invalid arn {name.split(':')[3]}")
    key = _found(name, account, region)
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
    _check_kind(operation, key, asked)


def _check_kind(operation: str, key: Any, asked: Mapping[str, Any]) -> None:
    usage = key.key_usage or "ENCRYPT_DECRYPT"
    if _USAGES.get(operation, usage) != usage:
        action = operation.removesuffix("Source").removesuffix("Destination")
        raise InvalidKeyUsage(f"{key.arn} key usage is {usage} which is not valid for {action}.")
    if key.key_spec == _SYMMETRIC:
        return
    if operation == "EnableKeyRotation":
        raise UnsupportedOperation(f"{key.arn} is not a symmetric encryption key.")
    algorithm = asked.get(_ALGORITHMS.get(operation, "EncryptionAlgorithm"), _SYMMETRIC)
    if operation in _ENCRYPTION and algorithm == _SYMMETRIC:
        raise InvalidKeyUsage(f"{algorithm} is incompatible with key spec {key.key_spec}.")


def _found(name: str, account: str, region: str) -> Any:
    keys = kms_backends[account][region].keys
    resource = name.split(":", 5)[5] if name.startswith("arn:") and name.count(":") >= 5 else name
    if resource.startswith("alias/"):
        return next((key for key in keys.values() if resource in key.aliases), None)
    return keys.get(resource.removeprefix("key/"))
