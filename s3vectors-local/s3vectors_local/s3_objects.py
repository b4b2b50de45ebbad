"""The buckets and objects of moto's S3, for a service that reads them. Imports moto, once moto runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends


@dataclass(frozen=True, slots=True)
class S3Object:
    """The newest version of an object; `kms_key` is the key that encrypts it, if one does."""

    key: str
    etag: str
    size: int
    modified: str
    kms_key: str | None
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """A bucket with all its objects, by key; `policy` is the text of its policy."""

    name: str
    account: str
    region: str
    policy: str | None
    objects: tuple[S3Object, ...]


def bucket(name: str) -> S3Bucket | None:
    """The bucket of this name as it is now, or None."""
    if name not in s3_backends.bucket_accounts:
        return None
    partition_name, account = s3_backends.bucket_accounts[name]
    found = s3_backends[account][partition_name].buckets.get(name)
    if found is None:
        return None
    newest = [item for item in found.keys.values() if not isinstance(item, FakeDeleteMarker)]
    objects = [
        S3Object(
            item.name,
            item.etag,
            item.size,
            item.last_modified_ISO8601,
            item.kms_key_id if item.encryption == "aws:kms" else None,
            partial(_content, item),
        )
        for item in newest
    ]
    policy = found.policy
    return S3Bucket(
        name,
        account,
        found.region_name,
        policy.decode() if isinstance(policy, bytes) else policy,
        tuple(sorted(objects, key=lambda each: each.key)),
    )


def _content(item: FakeKey) -> bytes:
    return bytes(item.value)
