"""`aws_s3_bucket`: a general purpose bucket with its tags. What stands next to it has resources of its own.

The calls are the real provider's (`internal/service/s3/bucket.go`) without those of the deprecated blocks.
"""

from __future__ import annotations

from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.regions import partition
from vectorform.rehearsal.provider.resources.names import named
from vectorform.rehearsal.provider.resources.s3 import S3
from vectorform.rehearsal.provider.tags import difference, known_tags
from vectorform.rehearsal.provider.values import UNKNOWN, Object

# Deprecated since version 4: each has a resource of its own.
_DEPRECATED = (
    "cors_rule",
    "grant",
    "lifecycle_rule",
    "logging",
    "object_lock_configuration",
    "replication_configuration",
    "server_side_encryption_configuration",
    "versioning",
    "website",
)
_DEPRECATED_ATTRIBUTES = ("acceleration_status", "acl", "policy", "request_payer")


class Bucket:
    """`aws_s3_bucket`."""

    behaviour = Behaviour(
        legacy=True,
        defaults={"force_destroy": False},
        computed_blocks=_DEPRECATED,
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """The lengths of the names; and none of the deprecated arguments, which are not built."""
        found = [
            *check.length_between("bucket", config["bucket"], 0, 63),
            *check.length_between("bucket_prefix", config["bucket_prefix"], 0, 37),
        ]
        if isinstance(config["bucket"], str) and isinstance(config["bucket_prefix"], str):
            for argument, other in (("bucket", "bucket_prefix"), ("bucket_prefix", "bucket")):
                text = f'"{argument}": conflicts with {other}'
                found.append(Diagnostic("Conflicting configuration arguments", text, (argument,)))
        for name in (*_DEPRECATED, *_DEPRECATED_ATTRIBUTES):
            if config[name] not in (None, [], UNKNOWN):
                text = f"The offline provider does not have the deprecated {name} of aws_s3_bucket"
                detail = "Use the resource of its own, or the genuine provider with --provider registry."
                found.append(Diagnostic(text, detail, (name,)))
        return found

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateBucket, then its tags."""
        region = planned["region"]
        client = aws.client("s3", region)
        name = named({"name": planned["bucket"], "name_prefix": planned["bucket_prefix"]})
        request: dict[str, Any] = {"Bucket": name}
        if region != "us-east-1":
            request["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if planned["object_lock_enabled"] is True:
            request["ObjectLockEnabledForBucket"] = True
        S3.call(f"creating S3 Bucket ({name})", client.create_bucket, at=("bucket",), **request)
        created = {**planned, "id": name, "bucket": name}
        with keeping(created):
            self._tag(client, name, aws.tag_rules.written(planned["tags"]))
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """HeadBucket, and what AWS says of it by itself: tags, policy, versioning, encryption."""
        name, region = state["id"], state["region"]
        client = aws.client("s3", region)
        doing = f"reading S3 Bucket ({name})"
        if S3.call_unless_gone(doing, client.head_bucket, Bucket=name) is None:
            return None
        document = S3.call_unless_gone(f"{doing} policy", client.get_bucket_policy, Bucket=name)
        text = policy.normalize(document["Policy"]) if document else ""
        versioning = S3.call(f"{doing} versioning", client.get_bucket_versioning, Bucket=name)
        encryption = S3.call_unless_gone(f"{doing} encryption", client.get_bucket_encryption, Bucket=name)
        tags, tags_all = aws.tag_rules.read(self._tags(client, name), state["tags"])
        suffix = partition(region).dns_suffix
        return {
            "id": name,
            "arn": f"arn:{partition(region).name}:s3:::{name}",
            "acceleration_status": "",
            "bucket": name,
            "bucket_domain_name": f"{name}.s3.{suffix}",
            "bucket_namespace": "global",
            "bucket_prefix": state["bucket_prefix"] if isinstance(state["bucket_prefix"], str) else "",
            "bucket_region": region,
            "bucket_regional_domain_name": f"{name}.s3.{region}.{suffix}",
            "force_destroy": state["force_destroy"] or False,
            "object_lock_enabled": state["object_lock_enabled"] is True,
            "policy": policy.keep_if_equivalent(_text(state["policy"]), text) if text else "",
            "request_payer": "BucketOwner",
            "server_side_encryption_configuration": _encryption(encryption),
            "versioning": [{"enabled": versioning.get("Status") == "Enabled", "mfa_delete": False}],
            **{
                name: []
                for name in _DEPRECATED
                if name not in ("server_side_encryption_configuration", "versioning")
            },
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """The tags alone; `force_destroy` is the provider's own."""
        client = aws.client("s3", planned["region"])
        if any(difference(prior["tags_all"] or {}, known_tags(planned))):
            ignored = {
                key: value
                for key, value in self._tags(client, planned["id"]).items()
                if key not in aws.tag_rules.visible({key: value})
            }
            self._tag(client, planned["id"], {**ignored, **known_tags(planned)}, remove=True)
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteBucket; with `force_destroy` all versions of all objects first."""
        name = state["id"]
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket ({name})"
        if state["force_destroy"]:
            self._empty(client, name, doing)
        S3.call_unless_gone(doing, client.delete_bucket, Bucket=name)

    def import_state(self, identifier: str) -> Object:
        """By name."""
        name, _, region = identifier.partition("@")
        return {"id": name, "region": region or None, "force_destroy": False}

    def _tags(self, client: Any, name: str) -> dict[str, str]:
        doing = f"listing tags for S3 Bucket ({name})"
        answer = S3.call_unless_gone(doing, client.get_bucket_tagging, Bucket=name)
        return {tag["Key"]: tag["Value"] for tag in (answer or {}).get("TagSet", [])}

    def _tag(self, client: Any, name: str, tags: dict[str, str], *, remove: bool = False) -> None:
        doing = f"setting S3 Bucket ({name}) tags"
        if tags:
            wanted = {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
            S3.call(doing, client.put_bucket_tagging, Bucket=name, Tagging=wanted)
        elif remove:
            S3.call(doing, client.delete_bucket_tagging, Bucket=name)

    def _empty(self, client: Any, name: str, doing: str) -> None:
        while True:
            page = S3.call_unless_gone(f"emptying {doing}", client.list_object_versions, Bucket=name) or {}
            found = [
                {"Key": each["Key"], "VersionId": each["VersionId"]}
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            ]
            if not found:
                return
            S3.call(f"emptying {doing}", client.delete_objects, Bucket=name, Delete={"Objects": found})


def _encryption(answer: Any) -> list[Object]:
    if answer is None:
        return []
    rules = []
    for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]:
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        chosen = {
            "kms_master_key_id": default.get("KMSMasterKeyID", ""),
            "sse_algorithm": default.get("SSEAlgorithm"),
        }
        rules.append(
            {
                "apply_server_side_encryption_by_default": [chosen],
                "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
            }
        )
    return [{"rule": rules}]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
