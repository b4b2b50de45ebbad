"""Every refusal that the cases name, over the wire, and the few that do not fit into a file."""

from __future__ import annotations

from collections.abc import Callable
from string import Template
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.paths import CASES

REGION = "ap-southeast-2"
ERRORS = yaml.safe_load((CASES / "rehearsal" / "aws" / "errors.yaml").read_text(encoding="utf-8"))


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return Template(value).substitute(names) if isinstance(value, str) else value


@pytest.fixture
def names(make_index: Callable[..., dict[str, str]]) -> dict[str, str]:
    address = make_index(metadataConfiguration={"nonFilterableMetadataKeys": ["text"]})
    return {"bucket": address["vectorBucketName"], "index": address["indexName"], "region": REGION}


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["name"])
def test_refused(wire: Callable[..., Any], names: dict[str, str], case: dict[str, Any]) -> None:
    status, headers, body = wire(filled(case["call"], names), filled(case["with"], names))
    assert (status, headers.get("x-amzn-errortype")) == (case["status"], case["code"]), body
    if "message" in case:
        assert body["message"] == case["message"]
    if "fields" in case:
        assert body["fieldList"] == case["fields"]
    assert headers["x-amzn-requestid"]


def test_sdk_reads_the_error(s3vectors: Any) -> None:
    with pytest.raises(s3vectors.exceptions.NotFoundException) as refused:
        s3vectors.get_vector_bucket(vectorBucketName="no-such-bucket")
    assert refused.value.response["Error"]["Message"] == "The specified vector bucket could not be found"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"vectorBucketName": "\\ud800abc"}',
        b"[" * 100_000,
        '{"vectorBucketName": "abc"}'.encode("utf-16"),
        b'{"vectorBucketName": "\xed\xa0\x80abc"}',
        b'{"vectorBucketName": "abc", "more": NaN}',
        b'{"vectorBucketName": "abc", "more": {"deep": [1, -Infinity]}}',
    ],
    ids=[
        "cut-off",
        "list",
        "string",
        "not-utf-8",
        "lone-surrogate",
        "deep",
        "utf-16",
        "surrogate-as-bytes",
        "not-a-number",
        "infinity",
    ],
)
def test_unreadable_body(wire: Callable[..., Any], body: bytes) -> None:
    status, headers, answer = wire("GetVectorBucket", body)
    assert (status, headers["x-amzn-errortype"]) == (400, "SerializationException")
    assert answer == {"message": "UnknownError"}


def test_body_over_20_mib(wire: Callable[..., Any]) -> None:
    status, headers, body = wire("GetVectorBucket", b" " * 20_971_521)
    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert body == {"message": "Request body exceeds max allowed size"}
    status, headers, _ = wire("GetVectorBucket", b'{"vectorBucketName": "none"}'.ljust(20_971_520))
    assert (status, headers["x-amzn-errortype"]) == (404, "NotFoundException")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "ListVectorBuckets"),
        ("POST", "RenameVectorBucket"),
        ("GET", "tags/arn%3Aaws%3As3vectors%3Aus-east-1%3A123456789012%3Abucket%2Fsome"),
        ("DELETE", "tags/arn%3Aaws%3As3vectors%3Aus-east-1%3A123456789012%3Abucket%2Fsome?tagKeys=a"),
    ],
)
def test_unsigned(wire: Callable[..., Any], method: str, path: str) -> None:
    status, headers, body = wire(path, {}, method=method, access_key=None)
    assert (status, headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
    assert body == {"message": "Missing Authentication Token"}


def test_untagging_names_what_it_removes(wire: Callable[..., Any]) -> None:
    path = "tags/arn%3Aaws%3As3vectors%3Aus-east-1%3A123456789012%3Abucket%2Fsome"
    status, headers, body = wire(path, {}, method="DELETE")
    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert body["fieldList"][0]["path"] == "/tagKeys"


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
@pytest.mark.parametrize("operation", ["CreateVectorBucket", "QueryVectors"])
def test_signed_for_another_service(wire: Callable[..., Any], service: str, operation: str) -> None:
    status, headers, body = wire(operation, {"vectorBucketName": "mine"}, service=service)
    assert (status, headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")
    assert body["message"].startswith("Credential should be scoped to correct service: 's3vectors'.")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_tags_signed_for_another_service(wire: Callable[..., Any], method: str) -> None:
    path = "tags/arn:aws:s3vectors:ap-southeast-2:123456789012:bucket/mine"
    status, headers, _ = wire(path, method=method, service="s3")
    assert (status, headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")


def test_emoji_with_both_surrogates_is_fine(wire: Callable[..., Any], names: dict[str, str]) -> None:
    status, _, _ = wire(
        "PutVectors",
        b'{"vectorBucketName": "%s", "indexName": "%s", "vectors":'
        b' [{"key": "\\ud83d\\ude00", "data": {"float32": [1, 2]}}]}'
        % (names["bucket"].encode(), names["index"].encode()),
    )
    assert status == 200


def test_50_tags(s3vectors: Any, bucket: str) -> None:
    arn = s3vectors.get_vector_bucket(vectorBucketName=bucket)["vectorBucket"]["vectorBucketArn"]
    s3vectors.tag_resource(resourceArn=arn, tags={f"key{i}": "" for i in range(50)})
    with pytest.raises(ClientError, match="Too many tags specified"):
        s3vectors.tag_resource(resourceArn=arn, tags={"one-more": ""})
    assert len(s3vectors.list_tags_for_resource(resourceArn=arn)["tags"]) == 50


def test_case_names_are_unique() -> None:
    names = [case["name"] for case in ERRORS]
    assert len(names) == len(set(names))
