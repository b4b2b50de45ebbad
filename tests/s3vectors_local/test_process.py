"""The life of the process: starting, ending, keeping, faults, counts, and what it refuses."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from s3vectors_local.faults import Fault, Faults, parse
from s3vectors_local.process import LocalAws, LocalAwsError, local_aws
from tests.paths import ROOT

WAIT = 20.0


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "s3vectors_local", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_one_line_and_a_clean_end() -> None:
    with start() as process:
        line = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        assert line["pid"] == process.pid
        assert line["endpoint"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        out, messages = process.communicate(timeout=WAIT)
    assert (process.returncode, out, messages) == (0, "", "")


def test_ends_on_ctrl_c() -> None:
    with start() as process:
        assert process.stdout and process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=WAIT) == ("", "")
    assert process.returncode == 0


def test_tied_ends_with_its_stdin() -> None:
    with start("--tied") as process:
        assert process.stdout and process.stdin and process.stdout.readline()
        process.stdin.close()
        assert process.wait(WAIT) == 0


def test_no_orphan_when_the_parent_is_killed() -> None:
    program = (
        "import time\nfrom s3vectors_local.process import local_aws\n"
        "with local_aws() as aws:\n    print(aws.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    until(lambda: not running(pid))


def test_kept_outlives_its_block() -> None:
    with local_aws(account_id="111122223333") as aws:
        aws.keep()
    try:
        assert aws.answers()
    finally:
        os.kill(aws.pid, signal.SIGTERM)
        os.waitpid(aws.pid, 0)
    assert not aws.answers()


def test_ends_with_its_block_also_on_an_error() -> None:
    with pytest.raises(ZeroDivisionError), local_aws() as aws:
        raise ZeroDivisionError
    assert not running(aws.pid)


def test_taken_port_is_said_without_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with start("--port", str(taken.getsockname()[1])) as process:
            out, messages = process.communicate(timeout=WAIT)
    assert (process.returncode, out) == (2, "")
    assert "local AWS:" in messages and "in use" in messages and "Traceback" not in messages


def test_bad_account_is_a_usage_error() -> None:
    with start("--account", "12") as process:
        out, messages = process.communicate(timeout=WAIT)
    assert (process.returncode, out) == (2, "")
    assert "write 12 digits" in messages


def test_environment_is_what_points_to_it(aws: LocalAws) -> None:
    environment = aws.environment()
    assert environment["AWS_ENDPOINT_URL"] == aws.endpoint
    base = {
        "PATH": "/bin",
        "AWS_PROFILE": "prod",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ENDPOINT_URL_S3VECTORS": "https://example.com",
        "NO_PROXY": "internal",
    }
    surroundings = aws.surroundings(base)
    assert {name for name in surroundings if name.startswith("AWS_")} == set(environment)
    assert (surroundings["PATH"], surroundings["NO_PROXY"]) == ("/bin", "internal,127.0.0.1")


def test_environment_is_enough_for_boto3(aws: LocalAws) -> None:
    program = (
        "import boto3\n"
        "print(boto3.client('sts').get_caller_identity()['Account'])\n"
        "print(boto3.client('iam').list_users()['ResponseMetadata']['HTTPStatusCode'])\n"
        "print(boto3.client('s3vectors').list_vector_buckets()['vectorBuckets'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=aws.surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["123456789012", "200", "[]"]


def test_counts(aws: LocalAws, s3vectors: Any, client: Callable[..., Any]) -> None:
    aws.forget_requests()
    s3vectors.list_vector_buckets()
    s3vectors.list_vector_buckets()
    client("iam").list_users()
    assert aws.requests() == {"s3vectors:ListVectorBuckets": 2, "iam:ListUsers": 1}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 429, "TooManyRequestsException"),
        ("server-error", 500, "InternalServerException"),
        ("unavailable", 503, "ServiceUnavailableException"),
        ("request-timeout", 408, "RequestTimeoutException"),
        ("deny", 403, "AccessDeniedException"),
        ("expire", 403, "ExpiredTokenException"),
        ("skew", 403, "InvalidSignatureException"),
    ],
)
def test_faults_that_answer(aws: LocalAws, s3vectors: Any, kind: Any, status: int, code: str) -> None:
    aws.inject(Fault(kind, "ListVectorBuckets", count=1))
    with pytest.raises(ClientError) as error:
        s3vectors.list_vector_buckets()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert error.value.response["Error"]["Code"] == code
    assert s3vectors.list_vector_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_dropped_before_and_after(aws: LocalAws, s3vectors: Any, bucket: str) -> None:
    index = {"vectorBucketName": bucket, "dataType": "float32", "dimension": 1, "distanceMetric": "cosine"}
    aws.inject(Fault("drop", "CreateIndex", count=1))
    with pytest.raises(ConnectionClosedError):
        s3vectors.create_index(**index, indexName="never")
    aws.inject(Fault("drop-after", "CreateIndex", count=1))
    with pytest.raises(ConnectionClosedError):
        s3vectors.create_index(**index, indexName="done")
    names = [i["indexName"] for i in s3vectors.list_indexes(vectorBucketName=bucket)["indexes"]]
    assert names == ["done"]


def test_dropped_midway(aws: LocalAws, s3vectors: Any, bucket: str) -> None:
    """The head of the answer and half of its body arrive; what was asked for is done."""
    index = {"vectorBucketName": bucket, "dataType": "float32", "dimension": 1, "distanceMetric": "cosine"}
    aws.inject(Fault("drop-midway", "CreateIndex", count=1))
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=30)
    credential = "AWS4-HMAC-SHA256 Credential=local/20260101/ap-southeast-2/s3vectors/aws4_request"
    asked = json.dumps({**index, "indexName": "done"})
    connection.request("POST", "/CreateIndex", asked, {"Authorization": credential})
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    assert cut.value.partial.startswith(b'{"indexArn": "arn:')
    connection.close()
    assert s3vectors.get_index(vectorBucketName=bucket, indexName="done")


@pytest.mark.parametrize(
    ("signed", "status", "message"),
    [
        (timedelta(), 403, "Signature expired: "),
        (timedelta(hours=1), 200, None),
        (timedelta(hours=2), 403, "Signature not yet current: "),
    ],
    ids=["own-clock", "the-service's-clock", "later"],
)
def test_a_wrong_clock_can_be_corrected(
    aws: LocalAws, signed: timedelta, status: int, message: str | None
) -> None:
    """`Date` is the service's clock, an hour ahead, and the signature's time is what it judges."""
    now = datetime.now(UTC)
    aws.inject(Fault("skew", "ListVectorBuckets", count=1))
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=30)
    credential = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3vectors/aws4_request"
    headers = {"Authorization": credential, "X-Amz-Date": f"{now + signed:%Y%m%dT%H%M%SZ}"}
    connection.request("POST", "/ListVectorBuckets", b"{}", headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    assert answer.status == status
    assert body.get("message", "").startswith(message or "")
    clock = parsedate_to_datetime(answer.getheader("Date", ""))
    assert abs(clock - now - timedelta(hours=1)) < timedelta(minutes=1)


def test_faults_of_other_services_and_regions(
    aws: LocalAws, client: Callable[..., Any], s3vectors: Any
) -> None:
    aws.inject(
        Fault("throttle", "iam:ListUsers", count=1), Fault("deny", region="eu-central-1"), Fault("latency")
    )
    try:
        with pytest.raises(ClientError) as error:
            client("iam").list_users()
        assert error.value.response["Error"]["Code"] == "Throttling"
        with pytest.raises(ClientError, match="Access Denied"):
            client("kms", "eu-central-1").list_keys()
        assert s3vectors.list_vector_buckets()
    finally:
        aws.clear_faults()
    assert client("kms", "eu-central-1").list_keys()["Keys"] == []


def test_latency(aws: LocalAws, s3vectors: Any) -> None:
    aws.inject(Fault("latency", "ListVectorBuckets", count=1, milliseconds=200))
    begun = time.monotonic()
    s3vectors.list_vector_buckets()
    assert time.monotonic() - begun >= 0.2


def test_rate_is_repeatable() -> None:
    outcomes = []
    for _ in range(2):
        faults = Faults()
        faults.add([Fault("throttle", rate=0.3)])
        outcomes.append([bool(faults.strike("s3vectors", "GetIndex", "us-east-1")) for _ in range(1000)])
    assert outcomes[0] == outcomes[1]
    assert 200 < sum(outcomes[0]) < 400


def test_some_calls_pass_first() -> None:
    faults = Faults()
    faults.add([Fault("expire", "GetIndex", after=2, count=1)])
    calls = ["GetIndex", "ListIndexes", "GetIndex", "GetIndex", "GetIndex"]
    struck = [bool(faults.strike("s3vectors", call, "us-east-1")) for call in calls]
    assert struck == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("service", "call", "code", "message"),
    [
        ("iam", "list_users", "SignatureDoesNotMatch", "Signature expired: 2"),
        ("sts", "get_caller_identity", "SignatureDoesNotMatch", "Signature expired: 2"),
        ("s3", "list_buckets", "RequestTimeTooSkewed", "The difference between the request time and the"),
    ],
    ids=["iam", "sts", "s3"],
)
def test_a_wrong_clock_in_the_words_of_other_services(
    aws: LocalAws, client: Callable[..., Any], service: str, call: str, code: str, message: str
) -> None:
    aws.inject(Fault("skew", count=1))
    with pytest.raises(ClientError, match=message) as error:
        getattr(client(service), call)()
    assert error.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "a JSON list"),
        ([1], r"faults\[0\]: an object"),
        ([{"kind": "drop", "often": 1}], "only these members"),
        ([{"kind": "explode"}], r"faults\[0\].kind: one of throttle"),
        ([{"kind": "drop", "rate": 2}], "probability"),
        ([{"kind": "drop", "count": 0}], "above 0"),
        ([{"kind": "drop", "after": -1}], "from 0"),
        ([{"kind": "latency", "milliseconds": -1}], "from 0"),
    ],
)
def test_malformed_faults(document: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse(document)


def test_refused_fault_reaches_the_caller(aws: LocalAws) -> None:
    with pytest.raises(LocalAwsError, match="probability"):
        aws.inject(Fault("drop", rate=3))


def test_no_answer_where_nothing_runs() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
    gone = LocalAws(endpoint, 1, "123456789012")
    assert not gone.answers()
    with pytest.raises(LocalAwsError, match="no local AWS answers"):
        gone.requests()


def test_older_vector_buckets(aws: LocalAws, client: Callable[..., Any]) -> None:
    with pytest.raises(LocalAwsError, match="a list of names"):
        aws._control("POST", "/older-vector-buckets", {"name": "older"})
    s3vectors = client("s3vectors")
    aws.older(["older-than-enhanced"])
    for name, mode in (("older-than-enhanced", "CLASSIC"), ("newer-than-that", "ENHANCED")):
        s3vectors.create_vector_bucket(vectorBucketName=name)
        found = s3vectors.get_vector_bucket(vectorBucketName=name)["vectorBucket"]
        assert found["defaultIndexMode"] == mode
        s3vectors.delete_vector_bucket(vectorBucketName=name)
    aws.older([])
