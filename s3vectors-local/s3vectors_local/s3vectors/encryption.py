"""Server-side encryption: which setting applies, and whether its KMS key may be used.

Source of the rules: service model, EncryptionConfiguration; S3 User Guide, "Data protection and
encryption in S3 Vectors". Nothing is really encrypted.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from s3vectors_local.kms_keys import KmsKey
from s3vectors_local.policy_language import Question, global_context
from s3vectors_local.s3vectors.asked import Asked
from s3vectors_local.s3vectors.errors import (
    AccessDenied,
    KmsDisabled,
    KmsInvalidKeyUsage,
    KmsInvalidState,
    KmsNotFound,
    ValidationError,
)
from s3vectors_local.s3vectors.indexing import key_context, may_index
from s3vectors_local.s3vectors.resources import Encryption, Index

_OF_THE_NETWORK = ("aws:sourcevpce", "aws:sourcevpc", "aws:sourcevpcarn", "aws:vpcsourceip")


def chosen(request: Asked, inherited: Encryption) -> Encryption:
    """The encryption that a create request asks for, or `inherited`. Raises ValidationError."""
    asked = request.input.get("encryptionConfiguration") or {}
    sse_type, key = asked.get("sseType"), asked.get("kmsKeyArn")
    if key is not None and sse_type != "aws:kms":
        raise ValidationError.at(
            "EncryptionConfiguration", "kmsKeyArn must not be specified when sseType is AES256."
        )
    if sse_type == "aws:kms" and key is None:
        raise ValidationError.at(
            "EncryptionConfiguration", "kmsKeyArn must be specified when sseType is set to aws:kms"
        )
    return inherited if sse_type is None else Encryption(sse_type, key)


class Keys:
    """The KMS keys that buckets and indexes are encrypted with; `find` looks one up by its ARN."""

    def __init__(self, find: Callable[[str], KmsKey | None]) -> None:
        self._find = find

    def check_creation(self, request: Asked, encryption: Encryption, arn: str) -> None:
        """Raises AccessDenied unless a bucket or index `arn` can be created with this encryption.

        Creating an index needs the indexing service to decrypt with the key, on the key policy's word.
        """
        if encryption.kms_key_arn is None:
            return
        key = self._existing(request, encryption.kms_key_arn)
        if key.state != "Enabled":
            raise AccessDenied(f"{key.arn} is disabled. {_request_id()}")
        if not key.encrypts:
            raise AccessDenied(f"{key.wrong_usage('GenerateDataKey')} {_request_id()}")
        self._check_caller(request, key, "GenerateDataKey", arn)
        if request.operation == "CreateIndex":
            self._check_caller(request, key, "Decrypt", arn)
            if not may_index(key.policy, key.arn, request.caller.account, arn):
                raise AccessDenied("Insufficient access to perform asynchronous indexing")

    def check_use(self, request: Asked, index: Index, action: str) -> None:
        """Raises one of the Kms* errors, or AccessDenied, unless vectors of the index can be touched.

        `action` is GenerateDataKey for writing and Decrypt for everything else.
        """
        if index.encryption.kms_key_arn is None:
            return
        key = self._find(index.encryption.kms_key_arn)
        if key is None:
            raise KmsNotFound(f"Key '{index.encryption.kms_key_arn}' does not exist")
        if key.state == "Disabled":
            raise KmsDisabled(f"{key.arn} is disabled.")
        if key.state != "Enabled":
            raise KmsInvalidState(f"{key.arn} is pending deletion.")
        if not key.encrypts:
            raise KmsInvalidKeyUsage(key.wrong_usage(action))
        self._check_caller(request, key, action, index.arn)

    def _existing(self, request: Asked, arn: str) -> KmsKey:
        region = arn.split(":")[3]
        if region != request.region:
            raise AccessDenied(f"Invalid arn {region} {_request_id()}")
        key = self._find(arn)
        if key is None:
            raise AccessDenied(f"Key '{arn}' does not exist {_request_id()}")
        return key

    def _check_caller(self, request: Asked, key: KmsKey, action: str, arn: str) -> None:
        context = {**global_context(request.caller, request.region, request.clock()), **key_context(arn)}
        context["aws:viaawsservice"] = ("true",)
        for name in _OF_THE_NETWORK:  # S3 Vectors calls KMS, and not through the caller's endpoint
            context.pop(name, None)
        context["kms:viaservice"] = (f"s3vectors.{request.region}.amazonaws.com",)
        decision = key.decide(Question(request.caller, f"kms:{action}", key.arn, context))
        if not decision.allowed:
            raise AccessDenied(
                f"User: {request.caller.display_arn} is not authorized to perform: kms:{action} "
                f"on resource: {key.arn} {decision.reason} {_request_id()}"
            )


def _request_id() -> str:
    return f"(kms_request_id={uuid.uuid4()})"
