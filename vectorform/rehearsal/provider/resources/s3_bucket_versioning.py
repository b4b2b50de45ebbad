"""`aws_s3_bucket_versioning`. Source: the provider's `internal/service/s3/bucket_versioning.go`."""

from __future__ import annotations

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.blocks import nested
from vectorform.rehearsal.provider.resources.s3 import (
    S3,
    once_there_is_a_bucket,
    owned,
    owned_id,
    owned_identity,
    owned_import,
)
from vectorform.rehearsal.provider.values import Object

_STATUSES = ("Enabled", "Suspended", "Disabled")


class Versioning:
    """`aws_s3_bucket_versioning`. Destroyed, versioning that was on is suspended."""

    behaviour = Behaviour(legacy=True)

    def validate(self, config: Object) -> list[Diagnostic]:
        """The status."""
        found: list[Diagnostic] = []
        for _, block in nested(config, (), "versioning_configuration"):
            found += check.one_of("versioning_configuration.0.status", block["status"], _STATUSES)
        return [Diagnostic(each.summary, each.detail, ("versioning_configuration",)) for each in found]

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutBucketVersioning, unless it is to stay as it is in a new bucket."""
        self._put(aws, planned, "creating")
        created = {**planned, "id": owned_id(planned)}
        return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetBucketVersioning; a bucket that never had it is Disabled."""
        client = aws.client("s3", state["region"])
        doing = f"reading S3 Bucket Versioning ({state['id']})"
        answer = S3.call_unless_gone(doing, client.get_bucket_versioning, **owned(state))
        if answer is None:
            return None
        found = {"status": answer.get("Status", "Disabled"), "mfa_delete": answer.get("MFADelete", "")}
        return {**owned_identity(state), "versioning_configuration": [found]}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutBucketVersioning."""
        self._put(aws, planned, "updating")
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """Suspend it where it is on."""
        [found] = state["versioning_configuration"]
        if found["status"] == "Disabled":
            return
        client = aws.client("s3", state["region"])
        doing = f"deleting S3 Bucket Versioning ({state['id']})"
        suspended = {"Status": "Suspended"}
        request = {**owned(state), "VersioningConfiguration": suspended}
        S3.call_unless_gone(doing, client.put_bucket_versioning, **request)

    def import_state(self, identifier: str) -> Object:
        """By bucket, or bucket and owner."""
        return owned_import(identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        [wanted] = planned["versioning_configuration"]
        if wanted["status"] == "Disabled":
            return
        client = aws.client("s3", planned["region"])
        request = {**owned(planned), "VersioningConfiguration": {"Status": wanted["status"]}}
        doing = f"{doing} S3 Bucket ({planned['bucket']}) Versioning"
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_bucket_versioning, **request))
