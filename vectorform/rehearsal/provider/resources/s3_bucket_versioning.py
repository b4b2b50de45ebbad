"""`aws_s3_bucket_versioning`. Source: the provider's `internal/service/s3/bucket_versioning.go`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.resources.blocks import nested
from vectorform.rehearsal.provider.resources.s3_of_bucket import OfBucket
from vectorform.rehearsal.provider.values import Object

_STATUSES = ("Enabled", "Suspended", "Disabled")


class Versioning(OfBucket):
    """`aws_s3_bucket_versioning`. Destroyed, versioning that was on is suspended."""

    noun, operation = "Versioning", "bucket_versioning"

    def validate(self, config: Object) -> list[Diagnostic]:
        """The status."""
        found: list[Diagnostic] = []
        for _, block in nested(config, (), "versioning_configuration"):
            found += check.one_of("versioning_configuration.0.status", block["status"], _STATUSES)
        return [Diagnostic(each.summary, each.detail, ("versioning_configuration",)) for each in found]

    def wanted(self, planned: Object) -> dict[str, Any] | None:
        """The status, unless it is to stay as it is in a new bucket."""
        [wanted] = planned["versioning_configuration"]
        if wanted["status"] == "Disabled":
            return None
        return {"VersioningConfiguration": {"Status": wanted["status"]}}

    def found(self, answer: Mapping[str, Any], _state: Object) -> Object:
        """A bucket that never had it is Disabled."""
        found = {"status": answer.get("Status", "Disabled"), "mfa_delete": answer.get("MFADelete", "")}
        return {"versioning_configuration": [found]}

    def delete(self, aws: Aws, state: Object) -> None:
        """Suspend it where it is on."""
        [found] = state["versioning_configuration"]
        if found["status"] != "Disabled":
            suspended = {"Status": "Suspended"}
            put = f"put_{self.operation}"
            self._unless_gone(aws, state, "deleting", put, VersioningConfiguration=suspended)
