"""What a bucket of S3 and the resources next to it share: errors, waiting for the bucket, ids."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from vectorform.rehearsal.provider.aws import Service
from vectorform.rehearsal.provider.diagnostics import ProviderError
from vectorform.rehearsal.provider.values import Object

# "Gone" is the bucket itself or, of each resource beside it, what it is about.
S3 = Service(
    "S3",
    gone=(
        "404",
        "NoSuchBucket",
        "NoSuchKey",
        "NoSuchBucketPolicy",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    one_line=True,
)
_PROPAGATION_SECONDS = 5.0  # the genuine provider goes on for two minutes
_POLL_SECONDS = 0.2


def once_there_is_a_bucket(call: Callable[[], Any]) -> Any:
    """What `call` returns, tried again while the bucket is not known yet. Raises ProviderError."""
    deadline = time.monotonic() + _PROPAGATION_SECONDS
    while True:
        try:
            return call()
        except ProviderError as error:
            if "NoSuchBucket:" not in error.diagnostic.summary or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)


def owned(state: Object) -> dict[str, Any]:
    """The members that name the bucket, and whose it must be."""
    owner = state["expected_bucket_owner"]
    return {"Bucket": state["bucket"], **({"ExpectedBucketOwner": owner} if owner else {})}


def owned_id(state: Object) -> str:
    """`BUCKET`, or `BUCKET,OWNER`."""
    owner = state["expected_bucket_owner"]
    return f"{state['bucket']},{owner}" if owner else str(state["bucket"])


def owned_import(identifier: str) -> Object:
    """The state to read on from: `BUCKET` or `BUCKET,OWNER`, with `@region` behind it."""
    name, _, region = identifier.partition("@")
    bucket, _, owner = name.partition(",")
    return {"id": name, "bucket": bucket, "expected_bucket_owner": owner or None, "region": region or None}


def owned_identity(state: Object) -> Object:
    """The attributes that say which bucket it is."""
    return {name: state[name] for name in ("id", "bucket", "expected_bucket_owner", "region")}


def bucket_import(identifier: str) -> Object:
    """The state to read on from: `BUCKET`, with `@region` behind it."""
    name, _, region = identifier.partition("@")
    return {"id": name, "bucket": name, "region": region or None}
