"""The policy of a vector bucket is as large as S3 Vectors takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from vectorform.desired.iam_quotas import MAX_BUCKET_POLICY
from vectorform.desired.policies import bucket_policy
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn

SIZE = Rule("VF412", "bucket-policy-size")


def check(within: BucketIn) -> Iterator[Problem]:
    """The document in one region; deletion protection and retired indexes are a part of it."""
    if not within.bucket.policy_statements:
        return
    document = bucket_policy(within.environment, within.region, within.bucket)
    size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
    if size > MAX_BUCKET_POLICY:
        message = f"the bucket's policy would have {size:,} bytes; S3 Vectors allows {MAX_BUCKET_POLICY:,}"
        hint = "leave `indexes` out of statements, or grant in `access` instead"
        node, path = within.node.mapping["policy"], (*within.path, "policy")
        yield SIZE.at(node, path, message, hint, key=True)
