"""An S3 backend: does the bucket keep state, and does a lock hold?

Locks are taken as Terraform takes them (its S3 backend, `use_lockfile`): an object next to the state that is
written only if there is none. So the check needs the permissions of a deploy, and no other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state import locks
from vectorform.state.content import NOTHING, Content, read
from vectorform.state.local import left_here
from vectorform.state.own import Pull, stored
from vectorform.state.regions import left_behind, stack_without_region

LOCK_SUFFIX = ".tflock"
_VERSIONS = "aws s3api put-bucket-versioning --bucket {} --versioning-configuration Status=Enabled"
NO_CREDENTIALS = "give this shell AWS credentials (AWS_PROFILE, `aws sso login`)"


class Clients:
    """S3 clients as Terraform's backend has them: the shell's, or of the role of the backend's `assume_role`.

    For several threads: boto3's session takes one at a time.
    """

    def __init__(self, config: Any = None) -> None:
        self._config = config
        self._made: dict[tuple[str | None, str], Any] = {}
        self._sessions: dict[str | None, Any] = {}
        self._lock = threading.Lock()

    def of(self, place: Mapping[str, Any]) -> Any:
        """The client for the settings of one stack's backend."""
        from vectorform.sessions import session

        role = place.get("assume_role") or {}
        region, arn = place["region"], role.get("role_arn")
        with self._lock:
            if arn not in self._sessions:
                self._sessions[arn] = session(
                    arn, role.get("external_id"), region, name=role.get("session_name")
                )
            if (arn, region) not in self._made:
                self._made[arn, region] = self._sessions[arn].client(
                    "s3", region_name=region, config=self._config
                )
            return self._made[arn, region]


def check(environment: Environment, local: Mapping[str, Content], pull: Pull) -> Iterator[Check]:
    """The buckets, then the state and the lock of every stack, then states of regions that are gone.

    `local` is what local states still hold, as `vectorform.state.local.held` tells.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    clients = Clients()
    answers: dict[str, bool] = {}
    try:
        for region in environment.regions:
            place = region.backend_settings
            client = clients.of(place)
            bucket = place["bucket"]
            if bucket not in answers:
                checks = list(_bucket(client, bucket, place["region"]))
                answers[bucket] = checks[0].outcome == "fine"
                yield from checks
                if answers[bucket]:
                    yield from _left_behind(client, environment, bucket)
            if answers[bucket]:
                stack = environment.stack_id(region)
                yield from _Stack(client, place, stack, pull).check(environment, local.get(stack, NOTHING))
    except ClientError as error:
        yield _refused(error, f"allow the caller {error.operation_name}")
    except BotoCoreError as error:
        yield _unasked(error)


def leftovers(environment: Environment) -> Iterator[Check]:
    """States of regions that the environment no longer has, and why they could not be read.

    A bucket that does not exist has none.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    clients = Clients()
    settled = (region.backend_settings for region in environment.regions)
    places = {(place["bucket"], place["region"]): place for place in settled}
    for (bucket, _), place in sorted(places.items()):
        try:
            yield from _left_behind(clients.of(place), environment, bucket)
        except ClientError as error:
            if error.response["Error"].get("Code") != "NoSuchBucket":
                yield _unlooked(f"{error.operation_name}: {error.response['Error'].get('Code')}", bucket)
        except BotoCoreError as error:
            yield _unlooked(" ".join(str(error).split()), bucket)


def _unlooked(why: str, bucket: str) -> Check:
    what = f"it is unknown whether {bucket} has states of removed regions ({why})"
    return Check(
        "unknown", what, f"allow the caller s3:ListBucket and s3:GetObject there, or {NO_CREDENTIALS}"
    )


def _bucket(client: Any, bucket: str, region: str) -> Iterator[Check]:
    from botocore.exceptions import ClientError

    try:
        found = client.head_bucket(Bucket=bucket).get("BucketRegion") or region
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            fix = f"aws s3 mb s3://{bucket} --region {region}"
            yield Check("wrong", f"the bucket {bucket} does not exist", fix)
        else:
            yield _refused(error, f"allow the caller s3:ListBucket on {bucket}", f"the bucket {bucket}")
        return
    if found != region:
        yield Check("wrong", f"the bucket {bucket} is in {found}, not in {region}", f"write region: {found}")
        return
    yield Check("fine", f"the bucket {bucket} is there, in {region}")
    try:
        versioning = client.get_bucket_versioning(Bucket=bucket).get("Status")
    except ClientError as error:
        yield _refused(error, f"allow the caller s3:GetBucketVersioning on {bucket}", "versioning")
        return
    if versioning == "Enabled":
        yield Check("fine", "it keeps every version of a state")
    else:
        what = f"{bucket} does not keep versions: a lost or damaged state could not be restored"
        yield Check("wrong", what, _VERSIONS.format(bucket))


def _left_behind(client: Any, environment: Environment, bucket: str) -> Iterator[Check]:
    from botocore.exceptions import ClientError

    template = str(environment.backend.settings["key"])
    prefix = template.partition("{")[0]
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            stack = stack_without_region(environment, template, entry["Key"])
            if stack is None:
                continue
            place = f"s3://{bucket}/{entry['Key']}"
            try:
                held = read(client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            except ClientError as error:
                what = f"what may not be read ({error.response['Error'].get('Code')})"
                first = f"allow the caller s3:GetObject on it; if you are sure that {stack} was destroyed, "
                yield left_behind(environment, stack, place, what, f"{first}`aws s3 rm {place}`; if not, ")
                continue
            if held.held:
                destroyed = f"if you are sure that {stack} was destroyed, `aws s3 rm {place}`; if not, "
                first = "" if held.kind == "read" else destroyed
                yield left_behind(environment, stack, place, held.held, first)


class _Stack:
    """The state of one stack, checked under its lock."""

    def __init__(self, client: Any, place: Mapping[str, Any], stack: str, pull: Pull) -> None:
        self._client = client
        self._bucket = place["bucket"]
        self._key = place["key"]
        self._stack = stack
        self._pull = pull
        # What Terraform's `encrypt` and `kms_key_id` ask for; a bucket's policy may insist on it.
        key = place.get("kms_key_id")
        how = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
            if key
            else {"ServerSideEncryption": "AES256"}
        )
        self._encrypted: Any = {"Bucket": self._bucket, **how}

    def check(self, environment: Environment, local: Content) -> Iterator[Check]:
        """Take the lock, be refused it a second time, look at the state, give the lock back."""
        lock = self._key + LOCK_SUFFIX
        if not self._created(lock, locks.lock_text(f"{self._bucket}/{self._key}")):
            yield locks.held(
                self._stack, self._client.get_object(Bucket=self._bucket, Key=lock)["Body"].read()
            )
            return
        try:
            if self._created(lock, b"{}"):
                yield locks.taken_twice(self._stack, "use Amazon S3, or a store that honours If-None-Match")
            else:
                yield locks.taken(self._stack)
            yield from self._state(environment, local)
        finally:
            self._client.delete_object(Bucket=self._bucket, Key=lock)

    def _state(self, environment: Environment, local: Content) -> Iterator[Check]:
        place = f"s3://{self._bucket}/{self._key}"
        try:
            content = read(self._client.get_object(Bucket=self._bucket, Key=self._key)["Body"].read())
        except self._client.exceptions.NoSuchKey:
            yield Check("fine", f"{self._stack}: no state yet, {place} can be written{self._written()}")
            yield from left_here(environment, self._stack, local, f"no state at {place}")
            return
        yield stored(self._stack, place, content, self._pull)

    def _written(self) -> str:
        """Write where the state will be, and tell what remained of it.

        Nobody else writes there while the lock is held. A deployer need not be allowed to delete the state;
        what then stays is an empty object, which Terraform takes for no state.
        """
        from botocore.exceptions import ClientError

        self._created(self._key, b"")
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._key)
        except ClientError:
            return " (an empty object stays there; it is not a state)"
        return ""

    def _created(self, key: str, body: bytes) -> bool:
        """Whether the object was written; False if there was one."""
        from botocore.exceptions import ClientError

        try:
            self._client.put_object(Key=key, Body=body, IfNoneMatch="*", **self._encrypted)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                return False
            raise
        return True


def _refused(error: Any, fix: str, what: str = "") -> Check:
    response = error.response
    said = f"{error.operation_name}: {response['Error'].get('Code')}: {response['Error'].get('Message')}"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    bad_credentials = response["Error"].get("Code") in (
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
    )
    what = f"{what}: {said}" if what else said
    if bad_credentials or status >= 500:
        return Check("unknown", what, NO_CREDENTIALS if bad_credentials else "run it again")
    return Check("wrong", what, fix)


def _unasked(error: Exception) -> Check:
    """A call that was not sent, or had no answer."""
    from vectorform.sessions import Unusable

    if isinstance(error, Unusable):
        return Check("unknown", f"backend.assume_role: {error.reason}", error.fix)
    return Check("unknown", " ".join(str(error).split()), f"check the network, and {NO_CREDENTIALS}")
