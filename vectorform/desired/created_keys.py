"""The KMS keys that a stack creates: of the file's `keys`, and of vector buckets with `create_key`."""

from __future__ import annotations

from collections.abc import Mapping

from vectorform.desired.arns import key_alias
from vectorform.desired.former_keys import former_keys, keys
from vectorform.desired.model import Encryption, Key, Region, VectorBucket

# What Terraform has them under, by `created_keys`: no key of a vector bucket has a slash in it.
_NAMED = "keys/{}"


def created_keys(region: Region) -> dict[str, Key]:
    """All of a region, each by the key of its instance in Terraform."""
    own = {bucket.key: _own(bucket) for bucket in region.vector_buckets if bucket.encryption.create_key}
    return {**own, **{_NAMED.format(key.key): key for key in region.keys}}


def former_names(moved: Mapping[str, str], key: Key) -> list[str]:
    """Every name that a key of `keys` has had in Terraform, today's last. `moved` is the environment's."""
    return [_NAMED.format(name) for name in former_keys(keys(moved), key.key)]


def written_aliases(region: Region) -> list[str]:
    """The aliases of all keys that the file writes, those of vector buckets that are let go too."""
    own = [key_alias(b) for b in region.written_vector_buckets if b.encryption.create_key]
    return [*own, *(key.alias for key in region.keys)]


def created_key(region: Region, bucket: VectorBucket, encryption: Encryption) -> tuple[str, Key] | None:
    """The key of an encryption of the bucket or of one of its indexes, if the stack creates it."""
    if encryption.create_key:
        return bucket.key, _own(bucket)
    for key in region.keys:
        if key.key == encryption.key:
            return _NAMED.format(key.key), key
    return None


def _own(bucket: VectorBucket) -> Key:
    return Key(
        key=bucket.key,
        alias=key_alias(bucket),
        description=f"S3 Vectors: {bucket.name}",
        deletion_protection=bucket.deletion_protection,
        tags=bucket.tags,
        source=bucket.source,
    )
