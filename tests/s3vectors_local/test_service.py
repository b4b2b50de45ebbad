"""What needs a clock of its own, or thousands of indexes: the service without HTTP around it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from s3vectors_local.callers import root_of
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.errors import QuotaExceeded, ValidationError
from s3vectors_local.s3vectors.request import Request
from s3vectors_local.s3vectors.resources import ENHANCED_SINCE
from s3vectors_local.s3vectors.service import HANDLERS, serve
from s3vectors_local.s3vectors.store import Stores
from s3vectors_local.s3vectors.validate import operations

BEFORE, AFTER = ENHANCED_SINCE - 1, ENHANCED_SINCE


class Service:
    def __init__(self, now: float = AFTER) -> None:
        self.now = now
        self.stores = Stores()

    def __call__(self, operation: str, **members: Any) -> dict[str, Any]:
        return serve(
            Request(
                operation,
                members,
                root_of("123456789012", "aws"),
                "us-east-1",
                self.stores,
                Keys(lambda _arn: None),
                clock=lambda: self.now,
            )
        )

    def create_index(self, name: str, **more: Any) -> dict[str, Any]:
        return self(
            "CreateIndex",
            vectorBucketName="bucket",
            indexName=name,
            dataType="float32",
            dimension=1,
            distanceMetric="cosine",
            **more,
        )

    def mode(self, name: str) -> str:
        mode: str = self("GetIndex", vectorBucketName="bucket", indexName=name)["index"]["indexMode"]
        return mode


def test_every_operation_of_the_model_is_served() -> None:
    assert set(HANDLERS) == set(operations())


def test_buckets_from_before_september_30_2026_are_classic() -> None:
    service = Service(BEFORE)
    service("CreateVectorBucket", vectorBucketName="bucket")
    service.now = AFTER
    service.create_index("classic")
    service("PutVectorBucketDefaultIndexMode", vectorBucketName="bucket", defaultIndexMode="ENHANCED")
    service.create_index("enhanced")
    assert (service.mode("classic"), service.mode("enhanced")) == ("CLASSIC", "ENHANCED")
    address = {"vectorBucketName": "bucket", "indexName": "enhanced"}
    service("UpdateIndexMode", **address, indexMode="CLASSIC")
    assert service.mode("enhanced") == "CLASSIC"
    with pytest.raises(ValidationError, match="ENHANCED mode"):
        service(
            "UpdateMetadataConfiguration",
            **address,
            add={"textSearchConfigurations": [{"metadataKey": "a"}]},
        )
    service("UpdateIndexMode", **address, indexMode="ENHANCED")
    assert service.mode("enhanced") == "ENHANCED"


def test_enhanced_query_of_a_classic_index() -> None:
    service = Service(BEFORE)
    service("CreateVectorBucket", vectorBucketName="bucket")
    service.create_index("classic")
    address = {"vectorBucketName": "bucket", "indexName": "classic"}
    service(
        "PutVectors",
        **address,
        vectors=[{"key": "k", "data": {"float32": [1]}, "metadata": {"name": "abc"}}],
    )
    query = {**address, "topK": 1, "queryVector": {"float32": [1]}, "filter": {"name": {"$startsWith": "a"}}}
    with pytest.raises(ValidationError, match="Invalid filter"):
        service("QueryVectors", **query)
    assert service("QueryVectors", **query, queryMode="ENHANCED")["vectors"] == [{"key": "k"}]


def test_ten_thousand_indexes_per_bucket() -> None:
    service = Service()
    service("CreateVectorBucket", vectorBucketName="bucket")
    service.create_index("index-0")
    store = service.stores.of("123456789012", "us-east-1")
    index = store.indexes("bucket")["index-0"]
    for number in range(1, 10_000):
        store.save_index(dataclasses.replace(index, name=f"index-{number}"))
    with pytest.raises(QuotaExceeded) as refused:
        service.create_index("one-more")
    assert refused.value.status == 402
    service("DeleteIndex", vectorBucketName="bucket", indexName="index-0")
    service.create_index("one-more")


def test_ten_thousand_buckets_per_region() -> None:
    service = Service()
    service("CreateVectorBucket", vectorBucketName="bucket-0")
    store = service.stores.of("123456789012", "us-east-1")
    [bucket] = store.buckets()
    for number in range(1, 10_000):
        store.save_bucket(dataclasses.replace(bucket, name=f"bucket-{number}"))
    with pytest.raises(QuotaExceeded) as refused:
        service("CreateVectorBucket", vectorBucketName="one-more")
    assert refused.value.status == 402


def test_ten_text_search_configurations_per_index() -> None:
    service = Service()
    service("CreateVectorBucket", vectorBucketName="bucket")
    keys = [{"metadataKey": f"key-{i}"} for i in range(10)]
    service.create_index("searched", metadataConfiguration={"textSearchConfigurations": keys})
    with pytest.raises(ValidationError, match="at most 10"):
        service(
            "UpdateMetadataConfiguration",
            vectorBucketName="bucket",
            indexName="searched",
            add={"textSearchConfigurations": [{"metadataKey": "one-more"}]},
        )
