"""The ARN of a KMS key: a key's, of the bucket's partition and region."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.desired.service_limits import KMS_KEY_ARN
from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Encrypted
from vectorform.wording import show

KEY_ARN = Rule("VF441", "key-arn")
KEY_PARTITION = Rule("VF442", "key-of-other-partition")
KEY_REGION = Rule("VF443", "key-of-other-region")
KEY_ACCOUNT = Rule("VF444", "key-of-other-account", "warning")


def check(within: Encrypted) -> Iterator[Problem]:
    """The first of these that does not fit."""
    arn = within.encryption.kms_key_arn
    if not arn:
        return
    key, path = find(within.node, ("encryption", "kms_key_arn")), (*within.path, "encryption", "kms_key_arn")
    parts = KMS_KEY_ARN.match(arn)
    region, account = within.region.name, within.environment.account_id
    if parts is None:
        hint = "write arn:aws:kms:<region>:<account>:key/<id>; S3 Vectors accepts no alias"
        yield KEY_ARN.at(key, path, f"{show(arn)} is not the ARN of a KMS key", hint)
    elif parts["partition"] != partition(region):
        message = f"the key is in the partition {parts['partition']}, the bucket is not"
        yield KEY_PARTITION.at(key, path, message, f"write arn:{partition(region)}:kms:...")
    elif parts["region"] != region:
        hint = f"{region} needs a key of its own: set it in that region's vector_buckets"
        hint += ", or write {region} in the ARN of a multi-region key"
        yield KEY_REGION.at(key, path, f"the key is in {parts['region']}, the bucket is not", hint)
    elif account and parts["account"] != account:
        message = f"the key belongs to account {parts['account']}, the bucket to {account}"
        hint = "if that is intended, the key's policy must allow it"
        yield KEY_ACCOUNT.at(key, path, message, hint)
