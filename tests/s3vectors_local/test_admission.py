"""Web pages reach nothing of the local AWS, on any path; and no body fills its memory."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from typing import Any

import pytest

from s3vectors_local.admission import refusal
from s3vectors_local.process import LocalAws

PRESIGNED = "X-Amz-Credential=x/20250101/us-east-1/s3vectors/aws4_request"
PATHS = [
    "/_local",
    "/_local/requests",
    "/_local/faults",
    f"/CreateVectorBucket?{PRESIGNED}",
    "/moto-api/reset",
    "/?Action=ListRoles",
    "/some-bucket/some-key",
    "/latest/meta-data/",
    "//other.example/",
]


def status(aws: LocalAws, method: str, path: str, headers: dict[str, str], body: Any = None) -> int:
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://other.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "other.example"},
        {"Host": "127.0.0.1.other.example"},
        {"Host": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_web_page_is_refused_on_any_path(aws: LocalAws, method: str, headers: dict[str, str]) -> None:
    assert {path: status(aws, method, path, headers) for path in PATHS} == dict.fromkeys(PATHS, 403)


def test_a_page_makes_no_bucket(aws: LocalAws, s3vectors: Any) -> None:
    headers = {"Origin": "https://other.example", "Content-Type": "text/plain"}
    body = b'{"vectorBucketName":"made-by-a-page"}'
    assert status(aws, "POST", PATHS[3], {**headers, "Content-Length": str(len(body))}, body) == 403
    with pytest.raises(s3vectors.exceptions.NotFoundException):
        s3vectors.get_vector_bucket(vectorBucketName="made-by-a-page")


def test_a_name_that_resolves_to_loopback_is_refused_as_a_whole_address_too(aws: LocalAws) -> None:
    assert status(aws, "GET", "http://other.example/_local", {}) == 403


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000", "bucket.localhost:8000"]
)
def test_programs_of_this_machine_are_served(host: str) -> None:
    assert refusal({"HTTP_HOST": host}) is None
    assert refusal({"HTTP_HOST": host, "HTTP_SEC_FETCH_SITE": "none"}) is None


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "[", "a@b", "127.0.0.1@other.example"])
def test_other_names_are_not(host: str) -> None:
    assert refusal({"HTTP_HOST": host}) is not None


@pytest.mark.parametrize(
    "path", ["/moto-api/reset", "/moto-api/data.json", "/favicon.ico", "/latest/meta-data/"]
)
def test_motos_own_paths_are_none_of_it(aws: LocalAws, client: Callable[..., Any], path: str) -> None:
    iam = client("iam")
    name = path.strip("/").replace("/", "-").replace(".", "-")
    iam.create_policy(
        PolicyName=name,
        PolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
    )
    assert status(aws, "POST", path, {"Content-Length": "0"}) >= 400
    names = {policy["PolicyName"] for policy in iam.list_policies(Scope="Local", MaxItems=1000)["Policies"]}
    assert name in names


@pytest.mark.parametrize("service", ["s3", "iam", "s3vectors", "moto_api", "motoapi"])
def test_a_body_of_a_terabyte_is_refused_unread(aws: LocalAws, service: str) -> None:
    """The answer comes though the body never does."""
    credential = f"AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{service}/aws4_request, Signature=0"
    path = "/GetVectorBucket" if service == "s3vectors" else "/bucket/key"
    headers = {"Authorization": credential, "Content-Length": str(2**40)}
    assert status(aws, "POST", path, headers) == (400 if service == "s3vectors" else 413)


def test_a_body_of_unknown_length_is_refused_where_it_grows_too_large(aws: LocalAws) -> None:
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    piece = b" " * 2**20
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = f"POST /GetVectorBucket HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        for _ in range(21):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        assert b" 400 " in connection.recv(64)


def test_a_state_of_terraform_of_30_mib_fits(client: Callable[..., Any]) -> None:
    s3 = client("s3", "us-east-1")
    s3.create_bucket(Bucket="large-states")
    s3.put_object(Bucket="large-states", Key="state", Body=b" " * 30 * 2**20)
    assert s3.head_object(Bucket="large-states", Key="state")["ContentLength"] == 30 * 2**20
