"""Rules on `encryption` of a vector bucket or an index."""

from vectorform.language.rules.encryption import key_arn, key_said, keys

CHECKS = (
    key_said.check,
    key_arn.check,
)
CHECKS_OF_KEYS = (keys.check,)
