"""One local AWS for all tests of this directory; every test makes buckets of its own in it."""

from __future__ import annotations

import functools
import http.client
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from s3vectors_local.process import LOCAL_CREDENTIAL, LocalAws
from tests.nursery import local_aws

REGION = "ap-southeast-2"
_NUMBERS = itertools.count()
_SESSION = boto3.Session()  # one, for it caches the service models


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    with local_aws() as running:
        yield running


def make_client(
    aws: LocalAws, service: str, region: str = REGION, config: Config | None = None, **credentials: str
) -> Any:
    """A client that other tests may have as well: a thousand are asked for, and each takes 20 ms to make."""
    if config is None:
        return _shared_client(aws, service, region, **credentials)
    return own_client(aws, service, region, config, **credentials)


def own_client(
    aws: LocalAws, service: str, region: str = REGION, config: Config | None = None, **credentials: str
) -> Any:
    """A client that nobody else has: its test may change what it sends."""
    if not credentials:
        credentials = {
            "aws_access_key_id": LOCAL_CREDENTIAL,
            "aws_secret_access_key": LOCAL_CREDENTIAL,
        }
    plain = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return _SESSION.client(
        service,
        region_name=region,
        endpoint_url=aws.endpoint,
        config=plain.merge(config) if config else plain,
        **credentials,
    )


@functools.cache
def _shared_client(aws: LocalAws, service: str, region: str, **credentials: str) -> Any:
    return own_client(aws, service, region, **credentials)


@pytest.fixture(scope="session")
def client(aws: LocalAws) -> Callable[..., Any]:
    """A boto3 client without its own checks and retries: `client("s3vectors", region, **credentials)`."""

    def make(service: str, region: str = REGION, config: Config | None = None, **credentials: str) -> Any:
        return make_client(aws, service, region, config, **credentials)

    return make


@pytest.fixture(scope="session")
def s3vectors(client: Callable[..., Any]) -> Any:
    return client("s3vectors")


@pytest.fixture
def bucket(s3vectors: Any) -> str:
    name = f"bucket-{next(_NUMBERS)}"
    s3vectors.create_vector_bucket(vectorBucketName=name)
    return name


@pytest.fixture
def make_index(s3vectors: Any, bucket: str) -> Callable[..., dict[str, str]]:
    """Create an index in the test's bucket; returns the two members that address it."""

    def make(dimension: int = 2, metric: str = "cosine", name: str = "", **more: Any) -> dict[str, str]:
        address = {"vectorBucketName": bucket, "indexName": name or f"index-{next(_NUMBERS)}"}
        s3vectors.create_index(
            **address, dataType="float32", dimension=dimension, distanceMetric=metric, **more
        )
        return address

    return make


@pytest.fixture
def index(make_index: Callable[..., dict[str, str]]) -> dict[str, str]:
    return make_index()


Answer = tuple[int, dict[str, str], Any]


@pytest.fixture(scope="session")
def wire(aws: LocalAws) -> Callable[..., Answer]:
    """A call without an SDK: `wire(operation, body)` gives status, headers and the parsed JSON."""

    def call(
        path: str,
        body: Any = None,
        *,
        method: str = "POST",
        region: str = REGION,
        access_key: str | None = LOCAL_CREDENTIAL,
        service: str = "s3vectors",
    ) -> Answer:
        text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {}
        if access_key is not None:
            scope = f"{access_key}/20260101/{region}/{service}/aws4_request"
            headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=30)
        try:
            connection.request(method, f"/{path.lstrip('/')}", text, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, json.loads(content) if content else None

    return call
