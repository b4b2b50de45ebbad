"""A local AWS for the migrations of a module, and two indexes of one test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from s3vectors_local.process import LocalAws
from tests.nursery import local_aws
from vectorform.migration import calls
from vectorform.migration.journal import Journal
from vectorform.migration.migrate import Migration
from vectorform.migration.pace import Pace
from vectorform.migration.places import Place, described

HOME, AWAY = "eu-west-1", "us-east-1"


@pytest.fixture(scope="session")
def shared_aws() -> Iterator[LocalAws]:
    with local_aws() as running:
        yield running


@dataclass
class Pair:
    """A filled source and an empty target, and how to migrate between them."""

    aws: LocalAws
    folder: Path
    source: Place
    target: Place
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, place: Place) -> Any:
        if place.region not in self._clients:
            self._clients[place.region] = boto3.client("s3vectors", region_name=place.region)
        return self._clients[place.region]

    def create(self, place: Place, dimension: int = 4, **more: Any) -> None:
        client = self.client(place)
        names = {bucket["vectorBucketName"] for bucket in client.list_vector_buckets()["vectorBuckets"]}
        if place.bucket not in names:
            client.create_vector_bucket(vectorBucketName=place.bucket)
        settings = {"dataType": "float32", "dimension": dimension, "distanceMetric": "cosine", **more}
        client.create_index(**place.parameters, **settings)

    def fill(self, place: Place, count: int, dimension: int = 4) -> None:
        client = self.client(place)
        for start in range(0, count, 500):
            vectors: list[dict[str, Any]] = []
            for number in range(start, min(count, start + 500)):
                data = {"float32": [0.1 * (number % 7) + 0.3, *[1.0] * (dimension - 1)]}
                metadata = {"metadata": {"n": number, "tags": ["a", "b"]}} if number % 3 else {}
                vectors.append({"key": f"vector-{number:06}", "data": data, **metadata})
            client.put_vectors(**place.parameters, vectors=vectors)

    def content(self, place: Place) -> dict[str, Any]:
        pages = self.client(place).get_paginator("list_vectors")
        return {
            vector["key"]: vector
            for page in pages.paginate(**place.parameters, returnData=True, returnMetadata=True)
            for vector in page["vectors"]
        }

    def journal(self) -> Journal:
        ends = [described(self.client(end).get_index(**end.parameters)) for end in (self.source, self.target)]
        return Journal(self.folder, *ends)

    def migration(self, **more: Any) -> Migration:
        journal = self.journal()
        journal.path.parent.mkdir(exist_ok=True)
        settings = {"segments": 4, "pace": Pace(1e6, 1e6), **more}
        return Migration(self.source, self.target, journal, **settings)


@pytest.fixture
def pair(shared_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    for name, value in shared_aws.environment().items():
        monkeypatch.setenv(name, value)
    calls._session.cache_clear()
    bucket = f"migrate-{secrets.token_hex(4)}"
    pair = Pair(shared_aws, tmp_path, Place(HOME, bucket, "old"), Place(HOME, bucket, "new"))
    pair.create(pair.source)
    pair.create(pair.target)
    yield pair
    shared_aws.clear_faults()
