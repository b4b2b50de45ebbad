"""The actions of S3 Vectors by what they act on.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterable

from vectorform.desired.wildcards import matches

PREFIX = "s3vectors:"
ON_ACCOUNT = frozenset(PREFIX + name for name in ("CreateVectorBucket", "ListVectorBuckets"))
ON_VECTOR_BUCKETS = frozenset(
    PREFIX + name
    for name in (
        "DeleteVectorBucket",
        "DeleteVectorBucketPolicy",
        "GetVectorBucket",
        "GetVectorBucketPolicy",
        "ListIndexes",
        "ListTagsForResource",
        "PutVectorBucketDefaultIndexMode",
        "PutVectorBucketPolicy",
        "TagResource",
        "UntagResource",
    )
)
# With vectors in the request or in the answer: these alone need the key that an index is encrypted with.
ON_VECTORS = frozenset(
    PREFIX + name for name in ("DeleteVectors", "GetVectors", "ListVectors", "PutVectors", "QueryVectors")
)
ON_INDEXES = ON_VECTORS | frozenset(
    PREFIX + name
    for name in (
        "CreateIndex",
        "DeleteIndex",
        "GetIndex",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
        "UpdateIndexMode",
        "UpdateMetadataConfiguration",
    )
)


def any_matches(pattern: str, actions: Iterable[str]) -> bool:
    """Whether an action, or a pattern of some, is one of these. IAM does not look at their case."""
    folded = pattern.lower()
    return any(matches(folded, action.lower()) for action in actions)
