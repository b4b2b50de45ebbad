"""One region's checks: its vector buckets, their policies and indexes, and IAM in the home region."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from vectorform.desired import kinds
from vectorform.desired.created_keys import created_keys
from vectorform.desired.model import Environment, Region, VectorBucket
from vectorform.desired.parameters import Parameter, parameters
from vectorform.desired.policies import SMOKE_INDEX_PREFIX
from vectorform.verifier import fixes, inventory
from vectorform.verifier.aws import CONCURRENCY, Aws
from vectorform.verifier.compare import Difference
from vectorform.verifier.differences import Differences
from vectorform.verifier.failures import PATIENCE_SECONDS, TOTAL_SECONDS, Failures, too_slow
from vectorform.verifier.knowledge_bases import KnowledgeBases
from vectorform.verifier.reading import Missing, Unreadable, member, pages
from vectorform.verifier.report import Finding, RegionReport, Resource, Severity
from vectorform.verifier.workers import Stalled, concurrently

AT_ONCE = 10  # the most that GetParameters takes
PAGE_SIZE = 500  # the most that ListIndexes gives at once
SMOKE_TEST_AGE = timedelta(hours=1)
Progress = Callable[[str, int, int], None]
Task = Callable[[], list[Finding]]


@dataclass(frozen=True, slots=True)
class RegionResult:
    """A region's report and its findings, in the order in which they were made."""

    report: RegionReport
    findings: tuple[Finding, ...]


class RegionCheck:
    """The checks of one region; `run` is the way in, every other method makes one finding list."""

    def __init__(
        self, environment: Environment, region: Region, aws: Aws, on_progress: Progress | None = None
    ) -> None:
        self.environment = environment
        self.region = region
        self._s3vectors = aws.s3vectors(region.name)
        self._differences = Differences(environment, region, aws)
        self._knowledge_bases = KnowledgeBases(environment, region, aws) if region.knowledge_bases else None
        self._on_progress = on_progress
        self._resources = tuple(inventory.inventory(environment, region))
        self._checked: set[Resource] = set()
        self._failures = Failures()
        self._deadline = time.monotonic() + TOTAL_SECONDS

    def run(self) -> RegionResult:
        """Check everything, concurrently: first what stands alone, then what is in the buckets that exist."""
        start = time.monotonic()
        existing: list[VectorBucket] = []
        findings = [*self._all(self._outer_tasks(existing))]
        findings += self._all(self._inner_tasks(existing))
        if self._failures.final:
            findings.append(self._not_looked_at(self._failures.final))
        return RegionResult(self._report(findings, time.monotonic() - start), tuple(findings))

    def _all(self, tasks: Iterable[Task]) -> Iterator[Finding]:
        left = max(0.0, self._deadline - time.monotonic())
        done = concurrently(self._guarded, tasks, threads=CONCURRENCY, patience=PATIENCE_SECONDS, total=left)
        try:
            for findings in done:
                yield from findings
                if self._on_progress:
                    self._on_progress(self.region.name, len(self._checked), len(self._resources))
        except Stalled as stalled:
            self._failures.final = self._failures.final or too_slow(stalled)

    def _guarded(self, task: Task) -> list[Finding]:
        return [] if self._failures.final else task()

    def _outer_tasks(self, existing: list[VectorBucket]) -> Iterator[Task]:
        """Vector buckets, IAM in the home region, keys. Buckets that are there are added to `existing`."""
        environment, region, differences = self.environment, self.region, self._differences
        for bucket in region.vector_buckets:
            yield partial(self._bucket, bucket, existing)
        if region.name == environment.home.name:
            for access in (access for access in environment.access if access.grants):
                resource = inventory.of_access(environment, access)
                yield partial(self._look, resource, differences.access(resource.arn, access))
            for access in environment.access:
                if access.role:
                    resource = inventory.of_role(environment, access, access.role)
                    yield partial(self._look, resource, differences.role(access, access.role))
        for access, role, pods in environment.pods_in(region):
            resource = inventory.of_pods(environment, region, access, pods)
            yield partial(self._look, resource, differences.pods(access, role, pods))
        told = list(parameters(environment, region))
        for start in range(0, len(told), AT_ONCE):
            yield partial(self._parameters, told[start : start + AT_ONCE])
        yield from self._knowledge_base_tasks()
        for resource in inventory.keys(region):
            yield partial(self._look, resource, differences.brought_key(resource.arn))
        for name, key in created_keys(region).items():
            resource = inventory.of_created_key(environment, region, name, key)
            yield partial(self._look, resource, differences.created_key(resource.arn, key))

    def _knowledge_base_tasks(self) -> Iterator[Task]:
        environment, region, found = self.environment, self.region, self._knowledge_bases
        if found is None:
            return
        for of in region.knowledge_bases:
            resource = inventory.of_knowledge_base(environment, region, of)
            yield partial(self._look, resource, found.knowledge_base(of))
            for source in of.data_sources:
                resource = inventory.of_data_source(environment, region, of, source)
                yield partial(self._look, resource, found.data_source(of, source))

    def _inner_tasks(self, buckets: list[VectorBucket]) -> Iterator[Task]:
        """What is in the buckets that exist; listings first, as their pages come one after the other."""
        environment, region, differences = self.environment, self.region, self._differences
        for bucket in buckets:
            if bucket.unmanaged != "ignore":
                yield partial(self._unmanaged_indexes, bucket)
            resource = inventory.of_bucket_policy(environment, region, bucket)
            yield partial(self._look, resource, differences.bucket_policy(bucket))
        for bucket in buckets:
            for index in bucket.indexes:
                resource = inventory.of_index(environment, region, bucket, index)
                yield partial(self._look, resource, differences.index(resource.arn, bucket, index))

    def _bucket(self, bucket: VectorBucket, existing: list[VectorBucket]) -> list[Finding]:
        resource = inventory.of_bucket(self.environment, self.region, bucket)
        findings = self._look(resource, self._differences.bucket(resource.arn, bucket))
        if all(finding.kind != "missing" for finding in findings):
            existing.append(bucket)
        return findings

    def _parameters(self, chunk: list[Parameter]) -> list[Finding]:
        found = self._differences.parameters(chunk)
        id_of = self._knowledge_bases.id_of if self._knowledge_bases else None
        return [
            finding
            for parameter in chunk
            for finding in self._look(
                inventory.of_parameter(self.environment, self.region, parameter),
                self._differences.parameter(parameter, found, id_of),
            )
        ]

    def _unmanaged_indexes(self, bucket: VectorBucket) -> list[Finding]:
        # One that Terraform is to delete is no longer expected, one that it has forgotten still is.
        managed = {
            index.name
            for index in bucket.written_indexes
            if not (index.retirement and index.retirement.confirm_destroy)
        }
        ignored = tuple(bucket.unmanaged_ignore_prefixes)
        findings: list[Finding] = []
        try:
            for summary in self._index_summaries(bucket):
                name = str(member(summary, "indexName"))
                if name in managed or name.startswith(ignored) or _in_smoke_test(summary):
                    continue
                resource = inventory.of_unknown_index(self.environment, self.region, bucket, name)
                fix = fixes.unmanaged_index(self.environment, self.region, bucket, name)
                findings.append(Finding("unmanaged", resource, fix, None, None, name, _severity(bucket)))
        except Missing:
            return findings  # the bucket went away meanwhile; its indexes will say so
        except Unreadable as error:
            resource = inventory.of_bucket(self.environment, self.region, bucket)
            return [*findings, *self._unreadable(resource, error, "indexes")]
        return findings

    def _index_summaries(self, bucket: VectorBucket) -> Iterator[Any]:
        listing = pages(self._s3vectors.list_indexes, vectorBucketName=bucket.name, maxResults=PAGE_SIZE)
        for page in listing:
            yield from member(page, "indexes")

    def _look(self, resource: Resource, differences: Iterator[Difference]) -> list[Finding]:
        """The findings of one managed resource, whichever way looking at it ends."""
        findings: list[Finding] = []
        if self._failures.final:
            return findings
        try:
            for difference in differences:
                findings.append(
                    Finding(
                        "different",
                        resource,
                        fixes.different(self.environment, resource, difference),
                        difference.attribute,
                        difference.expected,
                        difference.actual,
                        difference.severity,
                    )
                )
        except Missing:
            findings = [Finding("missing", resource, fixes.missing(self.environment, resource))]
        except Unreadable as error:
            return [*findings, *self._unreadable(resource, error)]
        self._checked.add(resource)
        self._failures.succeeded()
        return findings

    def _unreadable(
        self, resource: Resource, error: Unreadable, attribute: str | None = None
    ) -> list[Finding]:
        self._failures.failed(error, resource)
        if error is self._failures.final or error.scope == "everywhere":
            return []
        return [Finding("unreadable", resource, error.fix, attribute, None, error.reason)]

    def _not_looked_at(self, error: Unreadable) -> Finding:
        resource = inventory.of_account(self.environment, self.region)
        left = len(self._resources) - len(self._checked)
        reason = f"{error.reason} ({left} of {len(self._resources)} resources not checked)"
        return Finding("unreadable", resource, error.fix, None, None, reason)

    def _report(self, findings: list[Finding], seconds: float) -> RegionReport:
        """What is in a missing bucket counts as checked: it cannot be there."""
        gone = tuple(
            f"{finding.resource.arn}/"
            for finding in findings
            if finding.kind == "missing" and finding.resource.type == kinds.VECTOR_BUCKET.noun
        )
        looked = {r: r in self._checked or f"{r.arn}/".startswith(gone) for r in self._resources}
        checked = tuple(resource for resource, done in looked.items() if done)
        unchecked = tuple(resource for resource, done in looked.items() if not done)
        return RegionReport(self.region.name, checked, unchecked, seconds)


def _severity(bucket: VectorBucket) -> Severity:
    return "error" if bucket.unmanaged == "fail" else "warning"


def _in_smoke_test(summary: Any) -> bool:
    """Whether someone's smoke test is just using this index; an older one was left behind and is reported."""
    age = datetime.now(UTC) - member(summary, "creationTime")
    return summary["indexName"].startswith(SMOKE_INDEX_PREFIX) and bool(age < SMOKE_TEST_AGE)
