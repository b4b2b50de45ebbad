"""`aws_s3_bucket_public_access_block` and `aws_s3_bucket_policy`: who may reach a bucket.

Source: the provider's `internal/service/s3`, a file for each.
"""

from __future__ import annotations

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.s3 import S3, bucket_import, once_there_is_a_bucket
from vectorform.rehearsal.provider.values import Object

_BLOCKS = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


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
        return bucket_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        client, bucket = aws.client("s3", planned["region"]), planned["bucket"]
        wanted = {member: bool(planned[name]) for name, member in _BLOCKS.items()}
        doing = f"{doing} S3 Bucket ({bucket}) Public Access Block"
        once_there_is_a_bucket(
            lambda: S3.call(
                doing, client.put_public_access_block, Bucket=bucket, PublicAccessBlockConfiguration=wanted
            )
        )


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
        return bucket_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        client, bucket = aws.client("s3", planned["region"]), planned["bucket"]
        doing = f"{doing} S3 Bucket ({bucket}) Policy"
        request = {"Bucket": bucket, "Policy": planned["policy"]}
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_bucket_policy, at=("policy",), **request))
