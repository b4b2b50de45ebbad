"""`aws_s3_bucket_public_access_block` and `aws_s3_bucket_policy`: who may reach a bucket.

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
from vectorform.rehearsal.provider.resources.s3_of_bucket import OfBucket
from vectorform.rehearsal.provider.values import Object

_BLOCKS = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


class PublicAccessBlock(OfBucket):
    """`aws_s3_bucket_public_access_block`."""

    behaviour = Behaviour(legacy=True, defaults=dict.fromkeys(_BLOCKS, False))
    noun, operation, owned = "Public Access Block", "public_access_block", False

    def wanted(self, planned: Object) -> dict[str, Any]:
        """Four switches."""
        switches = {member: bool(planned[name]) for name, member in _BLOCKS.items()}
        return {"PublicAccessBlockConfiguration": switches}

    def found(self, answer: Mapping[str, Any], _state: Object) -> Object:
        """The same."""
        found = answer["PublicAccessBlockConfiguration"]
        return {name: found.get(member, False) for name, member in _BLOCKS.items()}

    def delete(self, aws: Aws, state: Object) -> None:
        """Delete it, unless it is to be left behind."""
        if not state["skip_destroy"]:
            super().delete(aws, state)


class BucketPolicy(OfBucket):
    """`aws_s3_bucket_policy`."""

    behaviour = Behaviour(legacy=True, policies=("policy",))
    noun, operation, owned = "Policy", "bucket_policy", False
    putting, at = ("putting", "putting"), ("policy",)

    def validate(self, config: Object) -> list[Diagnostic]:
        """The document."""
        return check.iam_policy_document("policy", config["policy"])

    def wanted(self, planned: Object) -> dict[str, Any]:
        """The document."""
        return {"Policy": planned["policy"]}

    def found(self, answer: Mapping[str, Any], state: Object) -> Object:
        """The document, as it was written where that says the same."""
        return {"policy": policy.keep_if_equivalent(state["policy"], policy.normalize(answer["Policy"]))}
