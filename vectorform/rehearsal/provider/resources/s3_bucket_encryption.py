"""`aws_s3_bucket_server_side_encryption_configuration`.

Source: the provider's `internal/service/s3/bucket_server_side_encryption_configuration.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.blocks import nested
from vectorform.rehearsal.provider.resources.s3 import (
    S3,
    once_there_is_a_bucket,
    owned,
    owned_id,
    owned_identity,
    owned_import,
)
from vectorform.rehearsal.provider.values import Object

_ALGORITHMS = ("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse")


class Encryption:
    """`aws_s3_bucket_server_side_encryption_configuration`."""

    behaviour = Behaviour(legacy=True)

    def validate(self, config: Object) -> list[Diagnostic]:
        """The algorithm."""
        found: list[Diagnostic] = []
        for _, default in nested(config, (), "rule", "apply_server_side_encryption_by_default"):
            found += check.one_of("sse_algorithm", default["sse_algorithm"], _ALGORITHMS)
        return [Diagnostic(each.summary, each.detail, ("rule",)) for each in found]

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutBucketEncryption."""
        self._put(aws, planned, "creating")
        created = {**planned, "id": owned_id(planned)}
        return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetBucketEncryption."""
        client = aws.client("s3", state["region"])
        doing = f"reading S3 Bucket Server-side Encryption Configuration ({state['id']})"
        answer = S3.call_unless_gone(doing, client.get_bucket_encryption, **owned(state))
        if answer is None:
            return None
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
        return {**owned_identity(state), "rule": [_rule(rule) for rule in rules]}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutBucketEncryption."""
        self._put(aws, planned, "updating")
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteBucketEncryption: what AWS does by default is left."""
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket Server-side Encryption Configuration ({state['id']})"
        S3.call_unless_gone(doing, client.delete_bucket_encryption, **owned(state))

    def import_state(self, identifier: str) -> Object:
        """By bucket, or bucket and owner."""
        return owned_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        client = aws.client("s3", planned["region"])
        rules = []
        for rule in planned["rule"]:
            wanted: dict[str, Any] = {"BucketKeyEnabled": rule["bucket_key_enabled"] is True}
            for default in rule["apply_server_side_encryption_by_default"]:
                chosen = {"SSEAlgorithm": default["sse_algorithm"]}
                if isinstance(default["kms_master_key_id"], str) and default["kms_master_key_id"]:
                    chosen["KMSMasterKeyID"] = default["kms_master_key_id"]
                wanted["ApplyServerSideEncryptionByDefault"] = chosen
            rules.append(wanted)
        request = {**owned(planned), "ServerSideEncryptionConfiguration": {"Rules": rules}}
        doing = f"{doing} S3 Bucket ({planned['bucket']}) Server-side Encryption Configuration"
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_bucket_encryption, **request))


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
