"""A state in S3: the object says when it was written and which version it is. S3 does not keep by whom.

Only reads: the lock is checked, and not taken.
"""

from __future__ import annotations

from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment, Region
from vectorform.state import locks
from vectorform.state.s3.clients import Clients
from vectorform.state.s3.refusals import NO_CREDENTIALS
from vectorform.state.s3.stack import LOCK_SUFFIX
from vectorform.state.status.seen import Lock, Seen, lock_of, recorded, unseen
from vectorform.state.unsound import encrypted_advice

_SECONDS = 2  # for a connection, and for an answer; with one more try that stays within the deadline


def clients() -> Clients:
    """Clients that wait for nobody."""
    from botocore.config import Config

    config: Any = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 2, "mode": "standard"}
    )
    return Clients(config)


def look(environment: Environment, region: Region, clients: Clients) -> Seen:
    """The state's object, and that of its lock."""
    from botocore.exceptions import BotoCoreError, ClientError

    settings = region.backend_settings
    bucket, key = settings["bucket"], settings["key"]
    try:
        client = clients.of(settings)
        lock = _lock(client, environment, region, bucket, key + LOCK_SUFFIX)
        return _state(client, environment, bucket, key, lock)
    except ClientError as error:
        code = error.response["Error"].get("Code")
        return unseen(
            f"s3://{bucket}/{key}: {error.operation_name}: {code}",
            f"{NO_CREDENTIALS} that may read the bucket",
        )
    except BotoCoreError as error:
        return unseen(
            f"s3://{bucket}/{key}: {' '.join(str(error).split())}", f"check the network, and {NO_CREDENTIALS}"
        )


def _state(client: Any, environment: Environment, bucket: str, key: str, lock: Lock | None) -> Seen:
    try:
        found = client.get_object(Bucket=bucket, Key=key)
    except client.exceptions.NoSuchKey:
        return Seen("none", lock=lock)
    written, version = found["LastModified"], str(found.get("VersionId") or "")
    content, record = recorded(found["Body"].read())
    place = f"s3://{bucket}/{key}"
    checks: tuple[Check, ...] = ()
    if content.kind == "encrypted":
        checks = (Check("unknown", f"{place} is encrypted by OpenTofu", encrypted_advice(environment)),)
    elif content.kind == "damaged":
        checks = (Check("wrong", f"{place} cannot be read", "restore the previous version"),)
    return Seen(content.kind, written, "", version, record, lock, checks=checks)


def _lock(client: Any, environment: Environment, region: Region, bucket: str, key: str) -> Lock | None:
    try:
        text = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
    by = locks.holder(text)
    return lock_of(by, locks.unlock(environment.stack_id(region), by))
