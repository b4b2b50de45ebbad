"""Rules on a vector bucket in one region."""

from vectorform.language.rules.buckets import (
    access_from,
    classic_mode,
    force_destroy,
    index_blocks,
    name,
    name_twice,
    policy,
    policy_size,
)

CHECKS = (
    name.check,
    force_destroy.check,
    policy.check,
    policy_size.check,
    access_from.check,
    index_blocks.check,
    classic_mode.check,
)
ALL_OF_A_REGION = (name_twice.check,)
