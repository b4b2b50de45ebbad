"""What a verification found, as data: resources, findings and the report that decides the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from vectorform.desired.kinds import Noun
from vectorform.desired.model import Source

ResourceType = Noun | Literal["account"]
Kind = Literal["missing", "different", "unmanaged", "unreadable"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing in AWS and where it is written. `key` is its path in the YAML: `bucket/index`.

    `summary` is what a person wants to know of it at a glance.
    `terraform_address` is None for what Terraform does not manage here: the account, a brought KMS key.
    """

    type: ResourceType
    key: str
    arn: str
    region: str
    terraform_address: str | None = None
    source: Source | None = field(default=None, compare=False)
    summary: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which AWS is not what the file says, or one thing that could not be read.

    `expected` and `actual` are JSON values; `attribute` is None when the whole resource is meant.
    `fix` is what to do next: a command wherever there is one.
    """

    kind: Kind
    resource: Resource
    fix: str
    attribute: str | None = None
    expected: Any = None
    actual: Any = None
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class RegionReport:
    """One region: which of its resources were checked to the end, and which were not."""

    region: str
    checked: tuple[Resource, ...]
    unchecked: tuple[Resource, ...]
    seconds: float

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Everything that the file says should be in this region."""
        return (*self.checked, *self.unchecked)


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """A smoke test of one vector bucket: seconds by step, and how long a write took to be readable.

    `readable_after` is in seconds from the end of the write; None when it never was, or was not reached.
    """

    region: str
    bucket: str
    steps: Mapping[str, float]
    readable_after: float | None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A smoke test of one knowledge base, by its key: how many passages came, after how many seconds."""

    region: str
    knowledge_base: str
    results: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification. `calls` counts the requests sent, by operation, retries included."""

    environment: str
    account_id: str
    time: datetime
    regions: tuple[RegionReport, ...]
    findings: tuple[Finding, ...]
    calls: Mapping[str, int]
    seconds: float
    smoke: tuple[SmokeReport, ...] = ()
    retrievals: tuple[Retrieval, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 AWS matches the configuration (warnings aside), 1 differences, 2 something could not be read.

        What could not be read outweighs a difference: the list of differences may not be complete.
        """
        if any(finding.kind == "unreadable" for finding in self.findings):
            return 2
        return 1 if any(finding.severity == "error" for finding in self.findings) else 0

    def of_region(self, region: str) -> tuple[Finding, ...]:
        """The findings of one region."""
        return tuple(finding for finding in self.findings if finding.resource.region == region)

    def of_resources(self) -> dict[Resource, list[Finding]]:
        """The findings by resource."""
        found: dict[Resource, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.resource, []).append(finding)
        return found
