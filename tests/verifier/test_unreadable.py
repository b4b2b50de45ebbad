"""Could not look: whatever goes wrong on the way is never "fine" and never "missing"."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests.verifier import forged, samples
from tests.verifier.deployed import Hands, client, deploy, unique
from vectorform.desired.model import Environment
from vectorform.verifier.aws import Aws
from vectorform.verifier.report import Report
from vectorform.verifier.verify import verify


@pytest.fixture
def environment(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setattr("vectorform.verifier.aws.ATTEMPTS", 2)
    monkeypatch.setattr("vectorform.verifier.aws.READ_SECONDS", 3)
    return deploy(
        unique(
            samples.environment(
                samples.bucket(deletion_protection=False), regions=("ap-southeast-2", "us-east-1")
            )
        )
    )


def kinds(report: Report) -> set[tuple[str, str, str | None]]:
    return {(finding.kind, finding.resource.type, finding.attribute) for finding in report.findings}


READ_OF = {
    "GetVectorBucket": ("vector bucket", None),
    "GetVectorBucketPolicy": ("bucket policy", None),
    "GetIndex": ("index", None),
    "ListIndexes": ("vector bucket", "indexes"),
    "iam:GetPolicy": ("IAM policy", None),
    "iam:GetPolicyVersion": ("IAM policy", None),
}


@pytest.mark.parametrize(
    ("operation", "kind"),
    [(operation, kind) for operation in READ_OF for kind in ("server-error", "deny")]
    + [(operation, "drop") for operation in ("GetIndex", "ListIndexes", "iam:GetPolicy")],
)
def test_a_fault_of_one_operation(operation: str, kind: Any, environment: Environment, aws: LocalAws) -> None:
    aws.inject(Fault(kind, operation=operation))
    report = verify(environment, [environment.home])
    assert kinds(report) == {("unreadable", *READ_OF[operation])}
    assert report.exit_code == 2
    assert all(finding.actual and finding.fix for finding in report.findings)


def test_a_deny_in_the_buckets_own_policy_is_not_healed_by_an_allow(environment: Environment) -> None:
    name = environment.home.vector_buckets[0].name
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:GetVectorBucketPolicy", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": deny})
    client("s3vectors", environment.home).put_vector_bucket_policy(vectorBucketName=name, policy=text)
    (finding,) = verify(environment, [environment.home]).findings
    assert (finding.kind, finding.resource.type) == ("unreadable", "bucket policy")
    assert "no Allow overrides that" in finding.fix and "a principal that the Deny exempts" in finding.fix


def test_a_silent_iam_says_nothing_about_the_vector_buckets(environment: Environment, aws: LocalAws) -> None:
    """Although it has given up before S3 Vectors gives its first answer."""
    aws.inject(Fault("drop", "iam:GetPolicy"), Fault("latency", "GetVectorBucket", milliseconds=2000))
    report = verify(environment, [environment.home])
    assert kinds(report) == {("unreadable", "IAM policy", None)}
    assert report.exit_code == 2


def test_throttled_for_good(environment: Environment, aws: LocalAws) -> None:
    aws.inject(Fault("throttle", operation="GetIndex"))
    report = verify(environment, [environment.home])
    assert kinds(report) == {("unreadable", "index", None)}
    assert all("TooManyRequests" in finding.actual for finding in report.findings)


def test_throttled_in_passing_is_no_finding_but_costs_calls(environment: Environment, aws: LocalAws) -> None:
    aws.inject(Fault("throttle", operation="GetIndex", count=1))
    report = verify(environment, [environment.home])
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.calls["GetIndex"] == 3


def test_one_region_down_does_not_hide_the_other(environment: Environment, aws: LocalAws) -> None:
    aws.inject(Fault("drop", region="us-east-1"))
    Hands(environment).delete_index()
    report = verify(environment)
    assert [finding.kind for finding in report.of_region("ap-southeast-2")] == ["missing"]
    assert {finding.kind for finding in report.of_region("us-east-1")} == {"unreadable"}
    assert report.exit_code == 2


def test_a_later_page_that_fails_keeps_what_the_first_ones_showed(
    environment: Environment, aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorform.verifier.region.PAGE_SIZE", 1)
    Hands(environment).create_index("a-by-hand")
    broken = forged.session("ListIndexes", 500, "{}", when=lambda call: call > 0)
    report = verify(environment, [environment.home], aws=Aws(broken))
    assert kinds(report) == {("unmanaged", "index", None), ("unreadable", "vector bucket", "indexes")}
    assert report.exit_code == 2


def test_a_listing_without_an_end(environment: Environment) -> None:
    """Each page names the same next one."""
    page = json.dumps({"indexes": [], "nextToken": "again"})
    report = verify(environment, [environment.home], aws=Aws(forged.session("ListIndexes", 200, page)))
    assert kinds(report) == {("unreadable", "vector bucket", "indexes")}
    assert "returned before" in report.findings[0].actual and report.calls["ListIndexes"] == 2
    assert report.exit_code == 2


@pytest.mark.parametrize("limit", ["PATIENCE_SECONDS", "TOTAL_SECONDS"])
def test_a_byte_now_and_then_is_no_answer(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """No read of the socket takes too long, and the answer never ends."""
    for module in ("region", "verify"):
        monkeypatch.setattr(f"vectorform.verifier.{module}.{limit}", 1.0, raising=False)
    monkeypatch.setattr("vectorform.verifier.verify.PATIENCE_SECONDS", 1.0)
    with trickling() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        report = verify(environment, [environment.home])
    assert kinds(report) == {("unreadable", "account", None)}
    assert "has not answered within 1 s" in report.findings[0].actual
    assert report.exit_code == 2


@contextlib.contextmanager
def trickling() -> Iterator[str]:
    """A server that answers each request with a byte every tenth of a second."""
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(0.1):
                connection.sendall(b" ")

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()


def test_nobody_listens(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        report = verify(environment)
    assert kinds(report) == {("unreadable", "account", None)}
    assert len(report.findings) == 1 and report.exit_code == 2


def test_no_credentials(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    report = verify(environment)
    assert kinds(report) == {("unreadable", "account", None)}
    assert "credentials" in report.findings[0].fix


EXPIRED = json.dumps({"message": "The security token included in the request is expired"})


def test_credentials_that_expire_midway_are_one_finding_with_what_is_left(environment: Environment) -> None:
    headers = {"content-type": "application/json", "x-amzn-errortype": "ExpiredTokenException"}
    expired = forged.session("GetIndex", 403, EXPIRED, headers)
    report = verify(environment, [environment.home], aws=Aws(expired))
    assert kinds(report) == {("unreadable", "account", None)}
    assert "2 of 5 resources not checked" in report.findings[0].actual
    assert [resource.type for resource in report.regions[0].unchecked] == ["index", "index"]


@pytest.mark.parametrize("after", [0, 3])
def test_a_wrong_clock_is_one_finding(environment: Environment, aws: LocalAws, after: int) -> None:
    aws.inject(Fault("skew", after=after))
    report = verify(environment, [environment.home])
    assert kinds(report) == {("unreadable", "account", None)}
    assert "Signature expired: " in str(report.findings[0].actual)
    assert report.findings[0].fix == "set the clock of this machine, then run it again"
    assert report.exit_code == 2


def test_the_partition_of_the_caller(environment: Environment) -> None:
    answer = (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        "<Arn>arn:aws-cn:iam::123456789012:user/someone</Arn><Account>123456789012</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    foreign = forged.session("GetCallerIdentity", 200, answer, {"content-type": "text/xml"})
    report = verify(environment, aws=Aws(foreign))
    assert [(finding.attribute, finding.actual) for finding in report.findings] == [("partition", "aws-cn")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"index": {}}',
        '{"index": null}',
        '{"index": {"dimension": 8}}',
        "<html>Sign in to the network</html>",
        "{",
    ],
)
def test_an_answer_that_is_not_the_service_s(body: str, environment: Environment) -> None:
    report = verify(environment, [environment.home], aws=Aws(forged.session("GetIndex", 200, body)))
    assert kinds(report) == {("unreadable", "index", None)}


@pytest.mark.parametrize(
    "body", ["", "not found", '{"message": "no such page"}', '{"__type": "UnknownOperation"}']
)
def test_a_proxy_s_404_does_not_mean_missing(body: str, environment: Environment) -> None:
    report = verify(environment, [environment.home], aws=Aws(forged.session("GetIndex", 404, body)))
    assert kinds(report) == {("unreadable", "index", None)}


def test_an_unreadable_tag_does_not_hide_a_difference(environment: Environment, aws: LocalAws) -> None:
    hands = Hands(environment)
    hands.recreate_index(dimension=16)
    aws.inject(Fault("deny", operation="ListTagsForResource"))
    report = verify(environment, [environment.home])
    assert ("different", "index", "dimension") in kinds(report)
    assert ("unreadable", "index", None) in kinds(report)
    assert report.exit_code == 2


def test_a_region_that_does_not_exist_is_not_missing(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no endpoint to go to, botocore itself refuses or cannot resolve the name."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://no-such-host.invalid")
    report = verify(replace(environment, regions=environment.regions[:1]))
    assert {finding.kind for finding in report.findings} == {"unreadable"}


def test_a_service_that_only_fails_is_given_up(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorform.verifier.aws.ATTEMPTS", 1)
    home = environment.home
    bucket = replace(samples.bucket(indexes=300), name=home.vector_buckets[0].name, unmanaged="ignore")
    many = replace(environment, regions=(replace(home, vector_buckets=(bucket,)),), access=())
    report = verify(many, aws=Aws(forged.session("GetIndex", 500, "{}")))
    assert report.calls["GetIndex"] < 100
    assert len(report.regions[0].unchecked) == 300
    assert "300 of 302 resources not checked" in str(report.findings[0].actual)
    assert report.exit_code == 2


def test_an_index_mode_that_this_boto3_cannot_read_is_not_different(environment: Environment) -> None:
    home = environment.home
    (bucket,) = home.vector_buckets
    indexes = tuple(replace(index, index_mode="ENHANCED") for index in bucket.indexes)
    asked = replace(home, vector_buckets=(replace(bucket, indexes=indexes),))
    answer = json.dumps(
        {
            "index": {
                "dimension": 8,
                "distanceMetric": "cosine",
                "dataType": "float32",
                "metadataConfiguration": {"nonFilterableMetadataKeys": ["text"]},
            }
        }
    )
    forging = forged.session("GetIndex", 200, answer)
    report = verify(replace(environment, regions=(asked,), access=()), aws=Aws(forging))
    assert kinds(report) == {("unreadable", "index", None)}
    assert "boto3" in report.findings[0].fix
