"""The KMS keys that are created, of `keys` and of vector buckets with `create_key`, and their aliases."""

from __future__ import annotations

from vectorform.blocks.for_each import each, each_flag, each_map, each_number, lifecycle
from vectorform.blocks.framework import Construct, KmsAlias, KmsKey, TerraformResource
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name
from vectorform.desired.attributes import KEY


def add_encryption_keys(stack: Construct) -> list[TerraformResource]:
    """Without its key vectors cannot be read: it is protected like a vector bucket."""
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
            **{
                row.argument: each_number(row.argument) if row.form == "number" else each_flag(row.argument)
                for row in KEY
                if row.argument and row.form in ("number", "flag")
            },
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
