"""The KMS keys of vector buckets with `create_key`, and their aliases."""

from __future__ import annotations

from vectorform.blocks.for_each import each, each_map, lifecycle
from vectorform.blocks.framework import Construct, KmsAlias, KmsKey, TerraformResource
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name

# The longest that KMS waits before it deletes a key, and until then it can be kept (kms:CancelKeyDeletion).
KEY_DELETION_DAYS = 30


def add_encryption_keys(stack: Construct) -> list[TerraformResource]:
    """Without its key a bucket's vectors cannot be read: it is protected like the bucket."""
    blocks: list[TerraformResource] = []
    for keys, aliases, protected in (
        (addresses.ENCRYPTION_KEYS, addresses.ENCRYPTION_KEY_ALIASES, True),
        (addresses.UNPROTECTED_ENCRYPTION_KEYS, addresses.UNPROTECTED_ENCRYPTION_KEY_ALIASES, False),
    ):
        key = KmsKey(
            stack,
            block_name(keys),
            description=each("description"),
            policy=each("policy"),
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_DAYS,
            tags=each_map("tags"),
            lifecycle=lifecycle(protected),
        )
        alias = KmsAlias(
            stack,
            block_name(aliases),
            name=each("alias"),
            target_key_id=f"${{{keys}[each.key].key_id}}",
            lifecycle=lifecycle(protected),
        )
        blocks += [key, alias]
    return blocks
