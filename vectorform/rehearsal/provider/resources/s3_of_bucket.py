"""What is one setting of a bucket: its create, read, update and delete, in one shape.

Source: the provider's `internal/service/s3`, whose resources next to a bucket are all written alike: create
and update put the whole setting and read it again; an id is the bucket's name, with its owner where one is
named.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.s3 import (
    S3,
    bucket_import,
    once_there_is_a_bucket,
    owned,
    owned_id,
    owned_identity,
    owned_import,
)
from vectorform.rehearsal.provider.values import Object


class OfBucket(ABC):
    """One setting of a bucket. `operation` is what Get, Put and Delete stand before in S3's API.

    `owned`: it takes `expected_bucket_owner`. `at` is the attribute that errors of a put are about.
    """

    behaviour = Behaviour(legacy=True)
    noun: ClassVar[str]
    operation: ClassVar[str]
    putting: ClassVar[tuple[str, str]] = ("creating", "updating")
    owned: ClassVar[bool] = True
    at: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def wanted(self, planned: Object) -> dict[str, Any] | None:
        """The members of a put besides the bucket; None: nothing is to be put."""

    @abstractmethod
    def found(self, answer: Mapping[str, Any], state: Object) -> Object:
        """The attributes that an answer has."""

    def validate(self, _config: Object) -> list[Diagnostic]:
        """Nothing beyond the schema."""
        return []

    def create(self, aws: Aws, planned: Object) -> Object:
        """Put it."""
        self._put(aws, planned, self.putting[0])
        identifier = owned_id(planned) if self.owned else planned["bucket"]
        created = {**planned, "id": identifier}
        return {**created, **(self.read(aws, created) or {})}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """Get it."""
        answer = self._unless_gone(aws, state, "reading", f"get_{self.operation}")
        if answer is None:
            return None
        bucket = owned_identity(state) if self.owned else {"bucket": state["id"], "region": state["region"]}
        return {**bucket, **self.found(answer, state)}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """Put it."""
        self._put(aws, planned, self.putting[1])
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """Delete it."""
        self._unless_gone(aws, state, "deleting", f"delete_{self.operation}")

    def import_state(self, identifier: str) -> Object:
        """By bucket, or bucket and owner."""
        return owned_import(identifier) if self.owned else bucket_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        wanted = self.wanted(planned)
        if wanted is None:
            return
        put = getattr(aws.client("s3", planned["region"]), f"put_{self.operation}")
        doing = f"{doing} S3 Bucket ({planned['bucket']}) {self.noun}"
        request = {**self._bucket(planned, planned["bucket"]), **wanted}
        once_there_is_a_bucket(lambda: S3.call(doing, put, at=self.at, **request))

    def _unless_gone(self, aws: Aws, state: Object, doing: str, operation: str, **more: Any) -> Any:
        call = getattr(aws.client("s3", state["region"]), operation)
        doing = f"{doing} S3 Bucket {self.noun} ({state['id']})"
        return S3.call_unless_gone(doing, call, **self._bucket(state, state["id"]), **more)

    def _bucket(self, of: Object, name: str) -> dict[str, Any]:
        return owned(of) if self.owned else {"Bucket": name}
