"""The control plane as an SDK sees it: buckets, indexes, policies, modes, tags, regions."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def bucket_arn(bucket: str, region: str = "ap-southeast-2", partition: str = "aws") -> str:
    return f"arn:{partition}:s3vectors:{region}:{ACCOUNT}:bucket/{bucket}"


def test_bucket_by_name_and_by_arn(s3vectors: Any) -> None:
    created = s3vectors.create_vector_bucket(vectorBucketName="by-name-and-arn")
    assert created["vectorBucketArn"] == bucket_arn("by-name-and-arn")
    by_name = s3vectors.get_vector_bucket(vectorBucketName="by-name-and-arn")["vectorBucket"]
    by_arn = s3vectors.get_vector_bucket(vectorBucketArn=bucket_arn("by-name-and-arn"))["vectorBucket"]
    assert by_name == by_arn
    age = datetime.datetime.now(datetime.UTC) - by_name.pop("creationTime")
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=5)
    assert by_name == {
        "vectorBucketName": "by-name-and-arn",
        "vectorBucketArn": bucket_arn("by-name-and-arn"),
        "encryptionConfiguration": {"sseType": "AES256"},
        "defaultIndexMode": "ENHANCED",
    }


def test_bucket_deleted_by_arn(s3vectors: Any, bucket: str) -> None:
    s3vectors.delete_vector_bucket(vectorBucketArn=bucket_arn(bucket))
    with pytest.raises(s3vectors.exceptions.NotFoundException):
        s3vectors.get_vector_bucket(vectorBucketName=bucket)


def test_regions_are_apart(client: Callable[..., Any], s3vectors: Any, bucket: str) -> None:
    elsewhere = client("s3vectors", "eu-west-1")
    assert bucket not in {
        b["vectorBucketName"] for b in elsewhere.list_vector_buckets(prefix=bucket)["vectorBuckets"]
    }
    arn = elsewhere.create_vector_bucket(vectorBucketName=bucket)["vectorBucketArn"]
    assert arn == bucket_arn(bucket, "eu-west-1")
    elsewhere.delete_vector_bucket(vectorBucketName=bucket)
    assert s3vectors.get_vector_bucket(vectorBucketName=bucket)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_partitions(client: Callable[..., Any], region: str, partition: str) -> None:
    there = client("s3vectors", region)
    arn = there.create_vector_bucket(vectorBucketName="partition")["vectorBucketArn"]
    assert arn == bucket_arn("partition", region, partition)
    index = there.create_index(
        vectorBucketArn=arn, indexName="one", dataType="float32", dimension=1, distanceMetric="cosine"
    )["indexArn"]
    assert there.get_index(indexArn=index)["index"]["indexArn"] == f"{arn}/index/one"


def test_accounts_are_apart(client: Callable[..., Any], bucket: str) -> None:
    other = client("s3vectors", aws_access_key_id="210987654321", aws_secret_access_key="x")
    arn = other.create_vector_bucket(vectorBucketName=bucket)["vectorBucketArn"]
    assert arn.split(":")[4] == "210987654321"


def test_index_is_described_in_full(s3vectors: Any, bucket: str) -> None:
    arn = s3vectors.create_index(
        vectorBucketName=bucket,
        indexName="with.dots",
        dataType="float32",
        dimension=4096,
        distanceMetric="euclidean",
        metadataConfiguration={"nonFilterableMetadataKeys": ["b", "a"]},
    )["indexArn"]
    assert arn == f"{bucket_arn(bucket)}/index/with.dots"
    described = s3vectors.get_index(indexArn=arn)["index"]
    assert described == s3vectors.get_index(vectorBucketName=bucket, indexName="with.dots")["index"]
    assert isinstance(described.pop("creationTime"), datetime.datetime)
    assert described == {
        "vectorBucketName": bucket,
        "indexName": "with.dots",
        "indexArn": arn,
        "dataType": "float32",
        "dimension": 4096,
        "distanceMetric": "euclidean",
        "metadataConfiguration": {"nonFilterableMetadataKeys": ["b", "a"]},
        "encryptionConfiguration": {"sseType": "AES256"},
        "indexMode": "ENHANCED",
    }


def test_existing_index_keeps_its_vectors(s3vectors: Any, index: dict[str, str]) -> None:
    s3vectors.put_vectors(**index, vectors=[{"key": "k", "data": {"float32": [1, 2]}}])
    with pytest.raises(s3vectors.exceptions.ConflictException):
        s3vectors.create_index(**index, dataType="float32", dimension=3, distanceMetric="cosine")
    assert s3vectors.list_vectors(**index)["vectors"] == [{"key": "k"}]


def test_index_deleted_by_arn(s3vectors: Any, index: dict[str, str]) -> None:
    s3vectors.put_vectors(**index, vectors=[{"key": "k", "data": {"float32": [1, 2]}}])
    arn = s3vectors.get_index(**index)["index"]["indexArn"]
    s3vectors.delete_index(indexArn=arn)
    with pytest.raises(s3vectors.exceptions.NotFoundException):
        s3vectors.delete_index(indexArn=arn)
    s3vectors.create_index(**index, dataType="float32", dimension=2, distanceMetric="cosine")
    assert s3vectors.list_vectors(**index)["vectors"] == []


def test_list_buckets_in_pages(client: Callable[..., Any]) -> None:
    there = client("s3vectors", "us-west-2")
    names = [f"page-{i:02}" for i in range(5)]
    for name in reversed(names):
        there.create_vector_bucket(vectorBucketName=name)
    there.create_vector_bucket(vectorBucketName="other")
    pages = list(there.get_paginator("list_vector_buckets").paginate(prefix="page-", maxResults=2))
    assert [[b["vectorBucketName"] for b in page["vectorBuckets"]] for page in pages] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    assert len(pages[0]["nextToken"]) <= 512
    with pytest.raises(ClientError, match="Invalid nextToken"):
        there.list_vector_buckets(prefix="p", nextToken=pages[0]["nextToken"])


def test_list_indexes_in_pages(s3vectors: Any, make_index: Callable[..., Any], bucket: str) -> None:
    for name in ("zzz", "aaa-1", "aaa-2", "mmm"):
        make_index(name=name)
    pages = list(s3vectors.get_paginator("list_indexes").paginate(vectorBucketName=bucket, maxResults=3))
    assert [[i["indexName"] for i in page["indexes"]] for page in pages] == [
        ["aaa-1", "aaa-2", "mmm"],
        ["zzz"],
    ]
    assert "nextToken" not in pages[1]
    found = s3vectors.list_indexes(vectorBucketArn=bucket_arn(bucket), prefix="aaa")["indexes"]
    assert [i["indexName"] for i in found] == ["aaa-1", "aaa-2"]
    assert set(found[0]) == {"vectorBucketName", "indexName", "indexArn", "creationTime"}


def test_policy_is_kept_as_it_was_put(s3vectors: Any, bucket: str) -> None:
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "s3vectors:*",
                    "Resource": f"arn:aws:s3vectors:aws-region:{ACCOUNT}:bucket/some-other-bucket",
                }
            ],
        },
        indent=3,
    )
    s3vectors.put_vector_bucket_policy(vectorBucketArn=bucket_arn(bucket), policy=policy)
    assert s3vectors.get_vector_bucket_policy(vectorBucketName=bucket)["policy"] == policy
    s3vectors.delete_vector_bucket_policy(vectorBucketName=bucket)
    s3vectors.delete_vector_bucket_policy(vectorBucketName=bucket)
    with pytest.raises(s3vectors.exceptions.NotFoundException, match="policy could not be found"):
        s3vectors.get_vector_bucket_policy(vectorBucketName=bucket)


def test_tags_of_bucket_and_index(s3vectors: Any) -> None:
    arn = s3vectors.create_vector_bucket(vectorBucketName="tagged", tags={"a": "1", "Länge": ""})[
        "vectorBucketArn"
    ]
    index = s3vectors.create_index(
        vectorBucketName="tagged",
        indexName="tagged",
        dataType="float32",
        dimension=1,
        distanceMetric="cosine",
        tags={"of": "index"},
    )["indexArn"]
    s3vectors.tag_resource(resourceArn=arn, tags={"a": "2", "b": "3"})
    s3vectors.untag_resource(resourceArn=arn, tagKeys=["b", "not there"])
    assert s3vectors.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "2", "Länge": ""}
    assert s3vectors.list_tags_for_resource(resourceArn=index)["tags"] == {"of": "index"}
    s3vectors.delete_index(indexArn=index)
    with pytest.raises(s3vectors.exceptions.NotFoundException, match="The specified resource could not"):
        s3vectors.list_tags_for_resource(resourceArn=index)


def test_text_search_configurations(s3vectors: Any, make_index: Callable[..., Any]) -> None:
    address = make_index(
        metadataConfiguration={"textSearchConfigurations": [{"metadataKey": "title", "language": "en"}]}
    )
    s3vectors.update_metadata_configuration(
        **address, add={"textSearchConfigurations": [{"metadataKey": "body"}]}
    )
    described = s3vectors.get_index(**address)["index"]["metadataConfiguration"]
    assert described == {
        "textSearchConfigurations": [
            {"metadataKey": "title", "language": "en", "status": "ACTIVE"},
            {"metadataKey": "body", "status": "ACTIVE"},
        ]
    }
    with pytest.raises(s3vectors.exceptions.ConflictException):
        s3vectors.update_metadata_configuration(
            **address, add={"textSearchConfigurations": [{"metadataKey": "body"}]}
        )
    for key in ("title", "body"):
        answer = s3vectors.update_metadata_configuration(
            **address, delete={"textSearchConfigurations": [{"metadataKey": key}]}
        )
        assert answer["indexArn"].endswith(address["indexName"])
    assert "metadataConfiguration" not in s3vectors.get_index(**address)["index"]
    with pytest.raises(s3vectors.exceptions.ValidationException, match="no text search configuration"):
        s3vectors.update_metadata_configuration(
            **address, delete={"textSearchConfigurations": [{"metadataKey": "body"}]}
        )


def test_enhanced_mode_can_be_set_again(s3vectors: Any, bucket: str, index: dict[str, str]) -> None:
    s3vectors.put_vector_bucket_default_index_mode(vectorBucketName=bucket, defaultIndexMode="ENHANCED")
    s3vectors.update_index_mode(**index, indexMode="ENHANCED")
    assert s3vectors.get_index(**index)["index"]["indexMode"] == "ENHANCED"
