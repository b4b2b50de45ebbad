"""What keeping and reading the state needs in IAM.

Source: Terraform documentation, backend "s3", "S3 Bucket Permissions"; S3 User Guide, "Using server-side
encryption with AWS KMS keys": GenerateDataKey to write, Decrypt to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment
from vectorform.desired.statements import allow


def of_state(environment: Environment, *, keep: bool) -> Iterator[dict[str, Any]]:
    """The state, to keep or to read, where AWS has it."""
    match environment.backend.type:
        case "s3":
            yield from _in_s3(environment, keep=keep)
        case "local" | "cloud" | "http":  # files of this machine; the others have permissions of their own
            return
        case other:
            assert_never(other)


def _in_s3(environment: Environment, *, keep: bool) -> Iterator[dict[str, Any]]:
    places = [region.backend_settings for region in environment.regions]
    service = f"arn:{partition(environment.home.name)}:s3:::"
    buckets = [service + place["bucket"] for place in places]
    states = [f"{service}{place['bucket']}/{place['key']}" for place in places]
    yield allow("FindState", ["s3:GetBucketVersioning", "s3:ListBucket"], buckets)
    if keep:
        yield allow("KeepState", ["s3:GetObject", "s3:PutObject"], states)
    else:
        yield allow("ReadState", ["s3:GetObject"], states)
    # A region that was removed from the file may still have resources: its state is looked at.
    key = str(environment.backend.settings["key"])
    former = key.replace("{stack}", f"{environment.name}-*").replace("{region}", "*")
    of_any_region = [f"{bucket}/{former}" for bucket in buckets]
    yield allow("ReadFormerStates", ["s3:GetObject"], of_any_region if "*" in former else [])
    if keep:
        locks = [f"{state}.tflock" for state in states]
        yield allow("LockState", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], locks)
    keys = [place["kms_key_id"] for place in places if place.get("kms_key_id")]
    yield allow("StateKey", ["kms:Decrypt", *(["kms:GenerateDataKey"] if keep else [])], keys)
