"""The state of one stack in S3, and its lock.

Locks are taken as Terraform takes them (its S3 backend, `use_lockfile`): an object next to the state that is
written only if there is none. So the check needs the permissions of a deploy, and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state import locks
from vectorform.state.content import Content, read
from vectorform.state.local import left_here
from vectorform.state.own import Pull, stored

LOCK_SUFFIX = ".tflock"


class Stack:
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
