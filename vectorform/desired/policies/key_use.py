"""What a policy allows of KMS keys to anybody who may use the vectors that are encrypted with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vectorform.desired.actions import any_matches
from vectorform.desired.arns import any_key_arn
from vectorform.desired.created_keys import created_key
from vectorform.desired.model import Encryption, Environment, Grant, Region, VectorBucket

# S3 User Guide, "Data protection and encryption in S3 Vectors": readers decrypt, writers also make data keys.
READ = ("kms:Decrypt",)
WRITE = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The keys of what is granted on a bucket in one region, and the actions on them."""

    region: Region
    bucket: VectorBucket
    grant: Grant
    actions: tuple[str, ...]


def kms_actions(actions: Iterable[str]) -> tuple[str, ...]:
    """What actions on vectors need of the key: those of S3 Vectors, with or without wildcards."""
    return WRITE if any(any_matches(action, ("s3vectors:PutVectors",)) for action in actions) else READ


def key_statements(
    environment: Environment, uses: Iterable[KeyUse], suffix: str = ""
) -> Iterator[dict[str, Any]]:
    """The statements for the keys that are brought, and for those that the environment creates.

    The ARN of a key is known only after it was created, in another region even in another stack; its alias
    is known before (KMS Developer Guide, "Use aliases to control access to KMS keys").
    """
    found = list(uses)
    for number, actions in enumerate(dict.fromkeys(use.actions for use in found if use.actions), start=1):
        alike = [use for use in found if use.actions == actions]
        ending = f"{suffix}{number if number > 1 else ''}"
        yield from _brought(f"EncryptionKeys{ending}", actions, alike)
        yield from _created(environment, f"CreatedEncryptionKeys{ending}", actions, alike)


def _brought(sid: str, actions: tuple[str, ...], uses: list[KeyUse]) -> Iterator[dict[str, Any]]:
    arns = sorted({arn for use in uses for arn in _arns(use.bucket, use.grant)})
    if arns:
        yield {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": arns}


def _created(
    environment: Environment, sid: str, actions: tuple[str, ...], uses: list[KeyUse]
) -> Iterator[dict[str, Any]]:
    created = {(use.region.name, alias): use.region for use in uses for alias in _aliases(use)}
    if created:
        yield {
            "Sid": sid,
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": sorted({any_key_arn(environment, region) for region in created.values()}),
            "Condition": {
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": sorted({alias for _, alias in created})}
            },
        }


def _arns(bucket: VectorBucket, grant: Grant) -> Iterator[str]:
    for encryption in _encryptions(bucket, grant):
        if encryption.kms_key_arn:
            yield encryption.kms_key_arn


def _aliases(use: KeyUse) -> Iterator[str]:
    for encryption in _encryptions(use.bucket, use.grant):
        found = created_key(use.region, use.bucket, encryption)
        if found:
            yield found[1].alias


def _encryptions(bucket: VectorBucket, grant: Grant) -> list[Encryption]:
    """That of the bucket, and those of the granted indexes that have their own."""
    own = [
        index.encryption
        for index in bucket.indexes
        if index.encryption
        and (grant.indexes is None or index.key in grant.indexes)
        and (grant.index_prefix is None or _may_start_with(index.name, grant.index_prefix))
    ]
    return [bucket.encryption, *own]


def _may_start_with(name: str, prefix: str) -> bool:
    """Whether a name may start with a prefix, which may have variables of IAM in it."""
    return name.startswith(prefix.partition("${")[0])
