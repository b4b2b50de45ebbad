"""`vectorform cost --measure` against the local AWS: counted, priced before, asked for."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

from s3vectors_local.process import LocalAws
from tests import model
from tests.cli.terminal import run
from tests.language.projects import project
from vectorform.cost import measure
from vectorform.cost.costs import Measured
from vectorform.cost.prices import prices
from vectorform.verifier.aws import Aws

DEV = """\
project: aspexa
account_id: "123456789012"
regions: [us-east-1]
vector_buckets:
  measured:
    name: measured
    indexes:
      filled: {dimension: 2, distance_metric: cosine, non_filterable_metadata_keys: [text]}
      empty: {dimension: 2, distance_metric: cosine, expected: {vectors: 7}}
      absent: {dimension: 2, distance_metric: cosine, expected: {vectors: 7}}
"""


@pytest.fixture
def filled(aws: LocalAws) -> LocalAws:
    """Two indexes in AWS: 1,203 vectors with metadata, and none."""
    client = boto3.client("s3vectors", region_name="us-east-1")
    if any(
        found["vectorBucketName"] == "measured" for found in client.list_vector_buckets()["vectorBuckets"]
    ):
        return aws
    client.create_vector_bucket(vectorBucketName="measured")
    for name in ("filled", "empty"):
        client.create_index(
            vectorBucketName="measured",
            indexName=name,
            dataType="float32",
            dimension=2,
            distanceMetric="cosine",
            metadataConfiguration={"nonFilterableMetadataKeys": ["text"]},
        )
    vectors = [
        {
            "key": f"{n:05}",
            "data": {"float32": [1.0, 2.0]},
            "metadata": {"text": "äh" * 10, "n": 1, "on": True},
        }
        for n in range(1203)
    ]
    for start in range(0, len(vectors), 500):
        client.put_vectors(
            vectorBucketName="measured", indexName="filled", vectors=vectors[start : start + 500]
        )
    return aws


def subject(name: str) -> measure.Subject:
    index = model.index(name, bucket="measured", non_filterable_metadata_keys=("text",))
    bucket = model.vector_bucket(index, key="measured")
    return measure.Subject(model.region(bucket, name="us-east-1"), bucket, index)


def test_what_an_index_holds(filled: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(operations=measure.OPERATIONS)
    # "text" and 3 bytes ten times; "n" and 4; "on" and 0.
    whole = Measured(1203, True, 5, filterable_metadata_bytes=7, non_filterable_metadata_bytes=34)
    assert measure.measure(aws, subject("filled")) == whole
    assert aws.calls == {"ListVectors": 3}
    assert measure.measure(aws, subject("empty")) == Measured(0, True, 0)
    assert measure.measure(aws, subject("absent")) is None
    monkeypatch.setattr(measure, "MOST_PAGES", 1)
    assert measure.measure(aws, subject("filled")) == Measured(1000, False, 5, 7, 34)


def test_the_effort_is_at_most_a_page_of_requests_for_each_index() -> None:
    # 1,001 requests for each of two: 2.002 x 0.055 = 0.11011
    effort = measure.effort([subject("a"), subject("b")], prices(), {})
    assert (effort.requests, float(effort.usd or 0)) == (2002, pytest.approx(0.11011))
    assert measure.effort([subject("a")], prices(), {"us-east-1": "eu-west-1"}).usd is None


def test_the_command_asks_first_and_counts(filled: LocalAws, tmp_path: Path) -> None:
    root = project(tmp_path, dev=DEV)
    refused = run(root, "cost", "dev", "--measure")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "at most 1,001 for an index, 3,003 in all. At most $0.17." in refused.stderr
    assert "add --yes" in refused.stderr
    done = run(root, "cost", "dev", "--measure", "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "measured/absent is not in AWS in us-east-1" in done.stderr
    indexes = json.loads(done.stdout)["regions"][0]["vector_buckets"][0]["indexes"]
    assert [(index["expected"]["vectors"], index["measured"]) for index in indexes] == [
        (1203, True),
        (0, True),
        (7, False),
    ]
