"""One region's checks: its vector buckets, their policies and indexes, and IAM in the home region."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from environments.arns import key_alias_arn
from environments.model import Access, Encryption, Environment, Index, Region, Role, VectorBucket
from environments.policies import SMOKE_INDEX_PREFIX, bucket_policy
from verifier import compare, fixes, inventory
from verifier.aws import CONCURRENCY, Aws
from verifier.compare import Difference
from verifier.reading import Missing, Unreadable, member, read
from verifier.report import Finding, RegionReport, Resource, Severity
from verifier.workers import concurrently

PAGE_SIZE = 500  # the most that ListIndexes gives at once
FAILURES_IN_A_ROW = 2 * CONCURRENCY
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
        self._aws = aws
        self._s3vectors = aws.s3vectors(region.name)
        self._on_progress = on_progress
        self._resources = tuple(inventory.inventory(environment, region))
        self._checked: set[Resource] = set()
        self._key_arns: dict[str, str] = {}
        self._key_lock = threading.Lock()
        self._failures = _Failures()

    def run(self) -> RegionResult:
        """Check everything, concurrently."""
        start = time.monotonic()
        findings: list[Finding] = []
        existing: list[VectorBucket] = []
        first: list[Task] = [partial(self._bucket, bucket, existing) for bucket in self.region.vector_buckets]
        if self.region.name == self.environment.home.name:
            first += [partial(self._access, access) for access in self.environment.access]
            first += [
                partial(self._role, access, access.role) for access in self.environment.access if access.role
            ]
        first += [partial(self._key, resource) for resource in inventory.keys(self.region)]
        first += [
            partial(self._created_key, resource)
            for resource in inventory.created_keys(self.environment, self.region)
        ]
        findings += self._all(first)
        findings += self._all(self._inner_tasks(existing))
        if self._failures.final:
            findings.append(self._not_looked_at(self._failures.final))
        return RegionResult(self._report(findings, time.monotonic() - start), tuple(findings))

    def _all(self, tasks: Iterable[Task]) -> Iterator[Finding]:
        for findings in concurrently(self._guarded, tasks, threads=CONCURRENCY):
            yield from findings
            if self._on_progress:
                self._on_progress(self.region.name, len(self._checked), len(self._resources))

    def _guarded(self, task: Task) -> list[Finding]:
        return [] if self._failures.final else task()

    def _inner_tasks(self, buckets: list[VectorBucket]) -> Iterator[Task]:
        """What is in the buckets that exist; listings first, as their pages come one after the other."""
        for bucket in buckets:
            if bucket.unmanaged != "ignore":
                yield partial(self._unmanaged_indexes, bucket)
            yield partial(self._bucket_policy, bucket)
        for bucket in buckets:
            for index in bucket.indexes:
                yield partial(self._index, bucket, index)

    def _bucket(self, bucket: VectorBucket, existing: list[VectorBucket]) -> list[Finding]:
        resource = inventory.of_bucket(self.environment, self.region, bucket)

        def look() -> Iterator[Difference]:
            answer = read(self._s3vectors.get_vector_bucket, vectorBucketName=bucket.name)
            actual = member(answer, "vectorBucket")
            yield from compare.bucket(replace(bucket, encryption=self._encryption(bucket)), actual)
            yield from self._tags(resource.arn, bucket.tags)

        findings = self._look(resource, look)
        if any(finding.kind == "missing" for finding in findings):
            return findings
        existing.append(bucket)
        return findings

    def _bucket_policy(self, bucket: VectorBucket) -> list[Finding]:
        resource = inventory.of_bucket_policy(self.environment, self.region, bucket)
        expected = bucket_policy(self.environment, self.region, bucket)

        def document() -> str:
            answer = read(self._s3vectors.get_vector_bucket_policy, vectorBucketName=bucket.name)
            return str(member(answer, "policy"))

        return self._look(resource, lambda: compare.policy(expected, document()))

    def _index(self, bucket: VectorBucket, index: Index) -> list[Finding]:
        resource = inventory.of_index(self.environment, self.region, bucket, index)

        def look() -> Iterator[Difference]:
            answer = read(self._s3vectors.get_index, vectorBucketName=bucket.name, indexName=index.name)
            yield from compare.index(index, self._encryption(bucket), member(answer, "index"))
            yield from self._tags(resource.arn, index.tags)

        return self._look(resource, look)

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
        token: dict[str, str] = {}
        while True:
            page = read(
                self._s3vectors.list_indexes,
                vectorBucketName=bucket.name,
                maxResults=PAGE_SIZE,
                **token,
            )
            yield from member(page, "indexes")
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}

    def _access(self, access: Access) -> list[Finding]:
        resource = inventory.of_access(self.environment, access)
        iam = self._aws.iam(self.region.name)

        def look() -> Iterator[Difference]:
            policy = member(read(iam.get_policy, PolicyArn=resource.arn), "Policy")
            version = member(policy, "DefaultVersionId")
            answer = read(iam.get_policy_version, PolicyArn=resource.arn, VersionId=version)
            document = member(member(answer, "PolicyVersion"), "Document")
            yield from compare.access(self.environment, access, policy, document)

        return self._look(resource, look)

    def _role(self, access: Access, role: Role) -> list[Finding]:
        iam = self._aws.iam(self.region.name)

        def look() -> Iterator[Difference]:
            actual = member(read(iam.get_role, RoleName=role.name), "Role")
            yield from compare.role(self.environment, access, role, actual, self._attached(role))

        return self._look(inventory.of_role(self.environment, access, role), look)

    def _attached(self, role: Role) -> list[str]:
        """The ARNs of all managed policies of a role."""
        iam = self._aws.iam(self.region.name)
        arns: list[str] = []
        marker: dict[str, str] = {}
        while True:
            page = read(iam.list_attached_role_policies, RoleName=role.name, **marker)
            arns += [member(policy, "PolicyArn") for policy in member(page, "AttachedPolicies")]
            if not page.get("IsTruncated"):
                return arns
            marker = {"Marker": member(page, "Marker")}

    def _encryption(self, bucket: VectorBucket) -> Encryption:
        """What the bucket is to be encrypted with; a created key is found by its alias, once."""
        if not bucket.encryption.create_key:
            return bucket.encryption
        alias = key_alias_arn(self.environment, self.region, bucket)
        with self._key_lock:
            if alias not in self._key_arns:
                try:
                    answer = read(self._aws.kms(self.region.name).describe_key, KeyId=alias)
                    self._key_arns[alias] = str(member(member(answer, "KeyMetadata"), "Arn"))
                except Missing:
                    self._key_arns[alias] = alias
        return Encryption("aws:kms", self._key_arns[alias])

    def _created_key(self, resource: Resource) -> list[Finding]:
        kms = self._aws.kms(self.region.name)

        def look() -> Iterator[Difference]:
            metadata = member(read(kms.describe_key, KeyId=resource.arn), "KeyMetadata")
            key = member(metadata, "Arn")  # an alias does not do for the others
            rotation = read(kms.get_key_rotation_status, KeyId=key)
            policy = member(read(kms.get_key_policy, KeyId=key, PolicyName="default"), "Policy")
            yield from compare.created_key(self.environment, self.region, metadata, rotation, policy)

        return self._look(resource, look)

    def _key(self, resource: Resource) -> list[Finding]:
        kms = self._aws.kms(self.region.name)

        def look() -> Iterator[Difference]:
            metadata = member(read(kms.describe_key, KeyId=resource.arn), "KeyMetadata")
            answer = read(kms.get_key_policy, KeyId=resource.arn, PolicyName="default")
            yield from compare.key(self.environment, self.region, metadata, member(answer, "Policy"))

        return self._look(resource, look)

    def _tags(self, arn: str, own: Any) -> Iterator[Difference]:
        answer = read(self._s3vectors.list_tags_for_resource, resourceArn=arn)
        yield from compare.tags(self.environment, own, member(answer, "tags"))

    def _look(self, resource: Resource, look: Callable[[], Iterator[Difference]]) -> list[Finding]:
        """The findings of one managed resource, whichever way looking at it ends."""
        findings: list[Finding] = []
        if self._failures.final:
            return findings
        try:
            for difference in look():
                findings.append(
                    Finding(
                        "different",
                        resource,
                        fixes.different(self.environment, resource, difference),
                        difference.attribute,
                        difference.expected,
                        difference.actual,
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
        self._failures.failed(error)
        if error is self._failures.final or error.scope == "everywhere":
            return []
        return [Finding("unreadable", resource, error.fix, attribute, None, error.reason)]

    def _not_looked_at(self, error: Unreadable) -> Finding:
        resource = inventory.of_account(self.environment, self.region)
        left = len(self._resources) - len(self._checked)
        reason = f"{error.reason} ({left} of {len(self._resources)} resources not looked at)"
        return Finding("unreadable", resource, error.fix, None, None, reason)

    def _report(self, findings: list[Finding], seconds: float) -> RegionReport:
        """What is in a missing bucket counts as looked at: it cannot be there."""
        gone = tuple(
            f"{finding.resource.arn}/"
            for finding in findings
            if finding.kind == "missing" and finding.resource.type == "vector bucket"
        )
        looked = {r: r in self._checked or f"{r.arn}/".startswith(gone) for r in self._resources}
        checked = tuple(resource for resource, done in looked.items() if done)
        unchecked = tuple(resource for resource, done in looked.items() if not done)
        return RegionReport(self.region.name, checked, unchecked, seconds)


class _Failures:
    """Decides when to stop asking: what is left is then one finding instead of thousands of retries."""

    def __init__(self) -> None:
        self.final: Unreadable | None = None
        self._heard = False
        self._in_a_row = 0

    def succeeded(self) -> None:
        self._heard, self._in_a_row = True, 0

    def failed(self, error: Unreadable) -> None:
        if error.scope == "this":
            return
        self._in_a_row += 1
        silent = error.scope == "silent" and not self._heard
        if silent or error.scope == "everywhere" or self._in_a_row >= FAILURES_IN_A_ROW:
            self.final = self.final or error


def _severity(bucket: VectorBucket) -> Severity:
    return "error" if bucket.unmanaged == "fail" else "warning"


def _in_smoke_test(summary: Any) -> bool:
    """Whether someone's smoke test is just using this index; an older one was left behind and is told."""
    age = datetime.now(UTC) - member(summary, "creationTime")
    return summary["indexName"].startswith(SMOKE_INDEX_PREFIX) and bool(age < SMOKE_TEST_AGE)
