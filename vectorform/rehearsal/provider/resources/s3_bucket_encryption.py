"""`aws_s3_bucket_server_side_encryption_configuration`.

Source: the provider's `internal/service/s3/bucket_server_side_encryption_configuration.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.resources.blocks import nested
from vectorform.rehearsal.provider.resources.s3_of_bucket import OfBucket
from vectorform.rehearsal.provider.values import Object

_ALGORITHMS = ("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse")


class Encryption(OfBucket):
    """`aws_s3_bucket_server_side_encryption_configuration`."""

    noun, operation = "Server-side Encryption Configuration", "bucket_encryption"

    def validate(self, config: Object) -> list[Diagnostic]:
        """The algorithm."""
        found: list[Diagnostic] = []
        for _, default in nested(config, (), "rule", "apply_server_side_encryption_by_default"):
            found += check.one_of("sse_algorithm", default["sse_algorithm"], _ALGORITHMS)
        return [Diagnostic(each.summary, each.detail, ("rule",)) for each in found]

    def wanted(self, planned: Object) -> dict[str, Any]:
        """Its rules."""
        rules = []
        for rule in planned["rule"]:
            wanted: dict[str, Any] = {"BucketKeyEnabled": rule["bucket_key_enabled"] is True}
            for default in rule["apply_server_side_encryption_by_default"]:
                chosen = {"SSEAlgorithm": default["sse_algorithm"]}
                if isinstance(default["kms_master_key_id"], str) and default["kms_master_key_id"]:
                    chosen["KMSMasterKeyID"] = default["kms_master_key_id"]
                wanted["ApplyServerSideEncryptionByDefault"] = chosen
            rules.append(wanted)
        return {"ServerSideEncryptionConfiguration": {"Rules": rules}}

    def found(self, answer: Mapping[str, Any], _state: Object) -> Object:
        """The same. Deleted, what AWS does by default is left."""
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
        return {"rule": [_rule(rule) for rule in rules]}


def _rule(rule: Mapping[str, Any]) -> Object:
    default = rule.get("ApplyServerSideEncryptionByDefault")
    chosen = {
        "kms_master_key_id": (default or {}).get("KMSMasterKeyID", ""),
        "sse_algorithm": (default or {}).get("SSEAlgorithm"),
    }
    return {
        "blocked_encryption_types": None,
        "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
        "apply_server_side_encryption_by_default": [chosen] if default else [],
    }
