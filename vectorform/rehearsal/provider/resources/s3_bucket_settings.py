"""`aws_s3_bucket_versioning`, `_public_access_block`, `_server_side_encryption_configuration` and `_policy`.

Source: the provider's `internal/service/s3`, a file for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.bedrock import nested
from vectorform.rehearsal.provider.resources.s3 import (
    S3,
    once_there_is_a_bucket,
    owned,
    owned_id,
    owned_import,
)
from vectorform.rehearsal.provider.values import Object

_BLOCKS = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
_STATUSES = ("Enabled", "Suspended", "Disabled")
_ALGORITHMS = ("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse")


class Versioning:
    """`aws_s3_bucket_versioning`. Destroyed, versioning that was on is suspended."""

    behaviour = Behaviour(legacy=True)

    def validate(self, config: Object) -> list[Diagnostic]:
        """The status."""
        found: list[Diagnostic] = []
        for _, block in nested(config, (), "versioning_configuration"):
            found += check.one_of("versioning_configuration.0.status", block["status"], _STATUSES)
        return [Diagnostic(each.summary, each.detail, ("versioning_configuration",)) for each in found]

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutBucketVersioning, unless it is to stay as it is in a new bucket."""
        self._put(aws, planned, "creating")
        created = {**planned, "id": owned_id(planned)}
        return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetBucketVersioning; a bucket that never had it is Disabled."""
        client = aws.client("s3", state["region"])
        doing = f"reading S3 Bucket Versioning ({state['id']})"
        answer = S3.call_unless_gone(doing, client.get_bucket_versioning, **owned(state))
        if answer is None:
            return None
        found = {"status": answer.get("Status", "Disabled"), "mfa_delete": answer.get("MFADelete", "")}
        return {**_identity(state), "versioning_configuration": [found]}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutBucketVersioning."""
        self._put(aws, planned, "updating")
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """Suspend it where it is on."""
        [found] = state["versioning_configuration"]
        if found["status"] == "Disabled":
            return
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket Versioning ({state['id']})"
        suspended = {"Status": "Suspended"}
        request = {**owned(state), "VersioningConfiguration": suspended}
        S3.call_unless_gone(doing, client.put_bucket_versioning, **request)

    def import_state(self, identifier: str) -> Object:
        """By bucket, or bucket and owner."""
        return owned_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        [wanted] = planned["versioning_configuration"]
        if wanted["status"] == "Disabled":
            return
        client = aws.client("s3", planned["region"])
        request = {**owned(planned), "VersioningConfiguration": {"Status": wanted["status"]}}
        doing = f"{doing} S3 Bucket ({planned['bucket']}) Versioning"
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_bucket_versioning, **request))


class PublicAccessBlock:
    """`aws_s3_bucket_public_access_block`."""

    behaviour = Behaviour(legacy=True, defaults=dict.fromkeys(_BLOCKS, False))

    def validate(self, _config: Object) -> list[Diagnostic]:
        """Nothing but four switches."""
        return []

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutPublicAccessBlock."""
        self._put(aws, planned, "creating")
        return {**planned, "id": planned["bucket"]}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetPublicAccessBlock."""
        client = aws.client("s3", state["region"])
        doing = f"reading S3 Bucket Public Access Block ({state['id']})"
        answer = S3.call_unless_gone(doing, client.get_public_access_block, Bucket=state["id"])
        if answer is None:
            return None
        found = answer["PublicAccessBlockConfiguration"]
        return {
            "bucket": state["id"],
            "region": state["region"],
            **{name: found.get(member, False) for name, member in _BLOCKS.items()},
        }

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutPublicAccessBlock."""
        self._put(aws, planned, "updating")
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeletePublicAccessBlock, unless it is to be left behind."""
        if state["skip_destroy"]:
            return
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket Public Access Block ({state['id']})"
        S3.call_unless_gone(doing, client.delete_public_access_block, Bucket=state["id"])

    def import_state(self, identifier: str) -> Object:
        """By bucket."""
        return _bucket_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        client, bucket = aws.client("s3", planned["region"]), planned["bucket"]
        wanted = {member: bool(planned[name]) for name, member in _BLOCKS.items()}
        doing = f"{doing} S3 Bucket ({bucket}) Public Access Block"
        once_there_is_a_bucket(
            lambda: S3.call(
                doing, client.put_public_access_block, Bucket=bucket, PublicAccessBlockConfiguration=wanted
            )
        )


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
        return {**_identity(state), "rule": [_rule(rule) for rule in rules]}

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


class BucketPolicy:
    """`aws_s3_bucket_policy`."""

    behaviour = Behaviour(legacy=True, policies=("policy",))

    def validate(self, config: Object) -> list[Diagnostic]:
        """The document."""
        return check.iam_policy_document("policy", config["policy"])

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutBucketPolicy."""
        self._put(aws, planned, "putting")
        return {**planned, "id": planned["bucket"]}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetBucketPolicy."""
        client = aws.client("s3", state["region"])
        doing = f"reading S3 Bucket Policy ({state['id']})"
        answer = S3.call_unless_gone(doing, client.get_bucket_policy, Bucket=state["id"])
        if answer is None:
            return None
        text = policy.keep_if_equivalent(state["policy"], policy.normalize(answer["Policy"]))
        return {"bucket": state["id"], "region": state["region"], "policy": text}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutBucketPolicy."""
        self._put(aws, planned, "putting")
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteBucketPolicy."""
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket Policy ({state['id']})"
        S3.call_unless_gone(doing, client.delete_bucket_policy, Bucket=state["id"])

    def import_state(self, identifier: str) -> Object:
        """By bucket."""
        return _bucket_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        client, bucket = aws.client("s3", planned["region"]), planned["bucket"]
        doing = f"{doing} S3 Bucket ({bucket}) Policy"
        request = {"Bucket": bucket, "Policy": planned["policy"]}
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_bucket_policy, at=("policy",), **request))


def _identity(state: Object) -> Object:
    return {name: state[name] for name in ("id", "bucket", "expected_bucket_owner", "region")}


def _bucket_import(identifier: str) -> Object:
    name, _, region = identifier.partition("@")
    return {"id": name, "bucket": name, "region": region or None}


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
