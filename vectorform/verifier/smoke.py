"""The smoke test: per vector bucket a throw-away index that is created, written, read, queried and deleted.

It never touches an index of the environment, and it leaves nothing behind, however it ends.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vectorform.desired import commands
from vectorform.desired.model import Environment, Region, VectorBucket
from vectorform.desired.policies import SMOKE_INDEX_PREFIX
from vectorform.verifier import inventory
from vectorform.verifier.aws import READS, Aws
from vectorform.verifier.documents import parse
from vectorform.verifier.janitor import Janitor
from vectorform.verifier.permissions import denies
from vectorform.verifier.reading import Missing, Unreadable, member, read
from vectorform.verifier.report import Finding, Report, Retrieval, SmokeReport
from vectorform.verifier.retrieval import retrieve
from vectorform.verifier.workers import concurrently

OPERATIONS = READS | {
    "CreateIndex",
    "DeleteIndex",
    "DeleteVectors",
    "GetVectors",
    "PutVectors",
    "QueryVectors",
    "Retrieve",
}
# Writes are strongly consistent (S3 User Guide, "S3 Vectors"): much longer than this is a finding.
READABLE_SECONDS = 10.0
_BUCKETS_AT_ONCE = 8
_KEYS = ("north", "east", "north-east")
_VECTORS = ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
_QUERY = (0.1, 1.0)  # by cosine nearest to north, then north-east, then east
_NEAREST = ["north", "north-east", "east"]


class _Wrong(Exception):
    """A step answered something else than what was written."""

    def __init__(self, step: str, expected: Any, actual: Any) -> None:
        super().__init__(step)
        self.step, self.expected, self.actual = step, expected, actual


@dataclass
class _Test:
    """One bucket's test under way."""

    environment: Environment
    region: Region
    bucket: VectorBucket
    aws: Aws
    janitor: Janitor
    steps: dict[str, float] = field(default_factory=dict)
    readable_after: float | None = None

    def run(self) -> tuple[SmokeReport, list[Finding]]:
        findings: list[Finding] = []
        try:
            self._steps()
        except _Wrong as wrong:
            fix = "read the AWS Health Dashboard of this region, then run it again"
            findings.append(self._finding("different", wrong.step, wrong.expected, wrong.actual, fix))
        except Missing as error:
            fix = commands.deploy(self.environment, self.region)
            findings.append(self._finding("unreadable", self._step(), None, str(error), fix))
        except Unreadable as error:
            findings.append(self._finding("unreadable", self._step(), None, error.reason, error.fix))
        report = SmokeReport(self.region.name, self.bucket.name, dict(self.steps), self.readable_after)
        return report, findings

    def _steps(self) -> None:
        names = {
            "vectorBucketName": self.bucket.name,
            "indexName": f"{SMOKE_INDEX_PREFIX}{secrets.token_hex(4)}",
        }
        self._refuse_if_undeletable(names["indexName"])
        place = (self.region.name, *names.values())
        client = self.aws.s3vectors(self.region.name)
        self.janitor.created(*place)
        try:
            self._timed(
                "create",
                client.create_index,
                **names,
                dataType="float32",
                dimension=len(_QUERY),
                distanceMetric="cosine",
                metadataConfiguration={"nonFilterableMetadataKeys": ["text"]},
            )
            self._vectors(client, names)
        finally:
            # It may never have been created; only its deletion is worth telling the janitor.
            with contextlib.suppress(Missing):
                self._timed("delete index", client.delete_index, **names)
            self.janitor.deleted(*place)

    def _vectors(self, client: Any, names: dict[str, str]) -> None:
        vectors = [
            {"key": key, "data": {"float32": list(data)}, "metadata": {"name": key, "text": f"to the {key}"}}
            for key, data in zip(_KEYS, _VECTORS, strict=True)
        ]
        self._timed("put", client.put_vectors, **names, vectors=vectors)
        self._wait_until_readable(client, names)
        query = {**names, "queryVector": {"float32": list(_QUERY)}, "topK": len(_KEYS)}
        answer = self._timed("query", client.query_vectors, **query, returnDistance=True)
        self._expect("query", _NEAREST, _found(answer))
        only = {"name": {"$in": ["east", "north-east"]}}
        answer = self._timed("filter", client.query_vectors, **query, filter=only, returnMetadata=True)
        self._expect("filter", _NEAREST[1:], _found(answer))
        self._timed("delete", client.delete_vectors, **names, keys=list(_KEYS))
        answer = read(client.get_vectors, **names, keys=list(_KEYS))
        self._expect("delete", [], _found(answer))

    def _wait_until_readable(self, client: Any, names: dict[str, str]) -> None:
        written = time.monotonic()
        while True:
            answer = self._timed("get", client.get_vectors, **names, keys=list(_KEYS), returnData=True)
            waited = time.monotonic() - written
            if sorted(_found(answer)) == sorted(_KEYS):
                self.readable_after = waited
                return
            if waited > READABLE_SECONDS:
                raise _Wrong("get", sorted(_KEYS), sorted(_found(answer)))
            time.sleep(0.05)

    def _refuse_if_undeletable(self, index: str) -> None:
        client = self.aws.s3vectors(self.region.name)
        try:
            policy = read(client.get_vector_bucket_policy, vectorBucketName=self.bucket.name)
        except Missing:
            return
        arn = inventory.of_unknown_index(self.environment, self.region, self.bucket, index).arn
        document = parse(str(member(policy, "policy")))
        if document and denies(document, "s3vectors:DeleteIndex", arn):
            raise Unreadable(
                "the bucket's policy denies DeleteIndex, so the test's own index could not be deleted",
                f"exempt {SMOKE_INDEX_PREFIX}* from that statement, or verify without --smoke",
            )

    def _timed(self, step: str, call: Callable[..., Any], **parameters: Any) -> Any:
        start = time.monotonic()
        self.steps[step] = 0.0
        answer = read(call, **parameters)
        self.steps[step] = time.monotonic() - start
        return answer

    def _expect(self, step: str, expected: Any, actual: Any) -> None:
        if expected != actual:
            raise _Wrong(step, expected, actual)

    def _step(self) -> str:
        return list(self.steps)[-1] if self.steps else "start"

    def _finding(self, kind: Any, step: str, expected: Any, actual: Any, fix: str) -> Finding:
        resource = inventory.of_bucket(self.environment, self.region, self.bucket)
        return Finding(kind, resource, fix, f"smoke test ({step})", expected, actual)


def smoke(environment: Environment, regions: Sequence[Region], report: Report) -> Report:
    """`report` with a smoke test of every vector bucket in `regions` added to it.

    Buckets that the report found missing are left out, and so is everything when nothing could be read.
    """
    buckets = list(_testable(environment, regions, report))
    if not buckets and not any(region.knowledge_bases for region in regions):
        return report
    start = time.monotonic()
    aws = Aws.of(environment, operations=OPERATIONS)
    results: list[tuple[SmokeReport, list[Finding]]] = []
    if buckets:
        with Janitor(environment) as janitor:
            tests = [_Test(environment, region, bucket, aws, janitor) for region, bucket in buckets]
            results = list(concurrently(_Test.run, tests, threads=_BUCKETS_AT_ONCE))
    results.sort(key=lambda result: (result[0].region, result[0].bucket))
    asked = list(retrieve(environment, regions, report, aws))
    findings = (
        *(finding for _, found in results for finding in found),
        *(found for found in asked if isinstance(found, Finding)),
    )
    calls = {name: report.calls.get(name, 0) + aws.calls.get(name, 0) for name in {*report.calls, *aws.calls}}
    return replace(
        report,
        findings=(*report.findings, *findings),
        smoke=tuple(smoked for smoked, _ in results),
        retrievals=tuple(found for found in asked if isinstance(found, Retrieval)),
        calls=dict(sorted(calls.items())),
        seconds=report.seconds + time.monotonic() - start,
    )


def _testable(
    environment: Environment, regions: Sequence[Region], report: Report
) -> Iterator[tuple[Region, VectorBucket]]:
    looked_at = {resource for region in report.regions for resource in region.checked}
    missing = {finding.resource for finding in report.findings if finding.kind == "missing"}
    for region in regions:
        for bucket in region.vector_buckets:
            resource = inventory.of_bucket(environment, region, bucket)
            if resource in looked_at and resource not in missing:
                yield region, bucket


def _found(answer: Any) -> list[str]:
    return [str(member(vector, "key")) for vector in member(answer, "vectors")]
