"""Fixtures for tests of applications: a local AWS for each run, an account of its own for each test.

| fixture | scope | what it is |
|---|---|---|
| `s3vectors_endpoint` | session | the address of a local AWS; each worker of pytest-xdist has its own |
| `s3vectors_environment` | function | the variables that turn boto3 to it, set for the test |
| `s3vectors_client` | function | a boto3 client of S3 Vectors |
| `s3vectors_index` | function | makes an index, with its vector bucket: `s3vectors_index(dimension=3)` |

Nothing is imported before a fixture is used. Tests do not see each other's vector buckets: the access key of
each is an account id that no other test has; the local AWS takes twelve digits for the root of an account.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from s3vectors_local.process import LocalAws

REGION = "us-east-1"
_ACCOUNTS = itertools.count(1)


@pytest.fixture(scope="session")
def s3vectors_local_aws() -> Iterator[LocalAws]:
    """The running local AWS itself, for faults and counts of requests; it ends with the session."""
    from s3vectors_local.process import local_aws

    with local_aws() as running:
        yield running


@pytest.fixture(scope="session")
def s3vectors_endpoint(s3vectors_local_aws: LocalAws) -> str:
    """The address of the local AWS, for a client of any kind."""
    return s3vectors_local_aws.endpoint


@pytest.fixture
def s3vectors_environment(
    s3vectors_local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """The variables that turn boto3 and other SDKs to the local AWS and to an account of this test's own."""
    import os

    variables = s3vectors_local_aws.environment() | {"AWS_ACCESS_KEY_ID": f"{next(_ACCOUNTS):012d}"}
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def s3vectors_client(s3vectors_environment: Mapping[str, str]) -> Iterator[Any]:
    """A boto3 client of S3 Vectors, of this test's own account."""
    import contextlib

    import boto3

    session = boto3.Session(region_name=s3vectors_environment.get("AWS_DEFAULT_REGION", REGION))
    with contextlib.closing(session.client("s3vectors")) as client:
        yield client


@pytest.fixture
def s3vectors_index(s3vectors_client: Any) -> Callable[..., dict[str, str]]:
    """Makes an index and its vector bucket; returns their names as the members of a call.

    `dimension`, 1 to 4096; `distance_metric`, cosine or euclidean; `non_filterable_metadata_keys`.
    """
    numbers = itertools.count(1)

    def make(
        dimension: int = 3,
        distance_metric: str = "cosine",
        non_filterable_metadata_keys: tuple[str, ...] = (),
        **more: Any,
    ) -> dict[str, str]:
        number = next(numbers)
        names = {"vectorBucketName": f"bucket-{number}", "indexName": f"index-{number}"}
        s3vectors_client.create_vector_bucket(vectorBucketName=names["vectorBucketName"])
        if non_filterable_metadata_keys:
            keys = list(non_filterable_metadata_keys)
            more["metadataConfiguration"] = {"nonFilterableMetadataKeys": keys}
        s3vectors_client.create_index(
            **names, dataType="float32", dimension=dimension, distanceMetric=distance_metric, **more
        )
        return names

    return make
