"""A state in S3: the object says when it was written and which version it is. S3 does not keep by whom.

Only reads: the lock is looked at, and not taken.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from vectorform import engine
from vectorform.check import Check
from vectorform.desired.model import Environment, Region
from vectorform.state.s3 import LOCK_SUFFIX, NO_CREDENTIALS
from vectorform.state.status.seen import Lock, Seen, lock_of, recorded, unseen
from vectorform.state.unsound import encrypted_advice

_SECONDS = 2  # for a connection, and for an answer; with one more try that stays within the deadline

Clients = Callable[[str], Any]


def clients() -> Clients:
    """Clients of S3 by region, for several threads: boto3's session takes one at a time."""
    import boto3
    from botocore.config import Config

    config: Any = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 2, "mode": "standard"}
    )
    session: Any = boto3.Session()
    lock = threading.Lock()
    made: dict[str, Any] = {}

    def client(region: str) -> Any:
        with lock:
            if region not in made:
                made[region] = session.client("s3", region_name=region, config=config)
            return made[region]

    return client


def look(environment: Environment, region: Region, client_in: Clients) -> Seen:
    """The state's object, and that of its lock."""
    from botocore.exceptions import BotoCoreError, ClientError

    settings = region.backend_settings
    bucket, key = settings["bucket"], settings["key"]
    try:
        client = client_in(settings["region"])
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
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    holder = found if isinstance(found, dict) else {}
    folder = f"cdktf.out/stacks/{environment.stack_id(region)}"
    return lock_of(holder, f"{engine.binary()} -chdir={folder} force-unlock {holder.get('ID', 'ID')}")
