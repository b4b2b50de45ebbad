"""`aws_s3vectors_vector_bucket`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import regional_arn
from vectorform.rehearsal.provider.resources.s3vectors import (
    S3VECTORS,
    delete_index,
    encryption_request,
    encryption_state,
    read_tags,
    rfc3339,
    tags_request,
    update_tags,
    validate_encryption,
)
from vectorform.rehearsal.provider.validators import length_between, matches
from vectorform.rehearsal.provider.values import Object


class VectorBucket:
    """`aws_s3vectors_vector_bucket`."""

    behaviour = Behaviour(defaults={"force_destroy": False})

    def validate(self, config: Object) -> list[Diagnostic]:
        """The real provider's checks of the name and the encryption."""
        name = config["vector_bucket_name"]
        path = ("vector_bucket_name",)
        return [
            *length_between(path, name, 3, 63),
            *matches(path, name, r"[a-z0-9-]+", "must contain only lowercase letters, numbers, or hyphens"),
            *matches(path, name, r"[a-z0-9].*", "must start with a letter or number"),
            *matches(path, name, r".*[a-z0-9]", "must end with a letter or number"),
            *validate_encryption(config),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateVectorBucket, then GetVectorBucket by name."""
        name = planned["vector_bucket_name"]
        client = aws.client("s3vectors", planned["region"])
        request = {"vectorBucketName": name, **encryption_request(planned), **tags_request(aws, planned)}
        doing = f"creating S3 Vectors Vector Bucket ({name})"
        S3VECTORS.call(doing, client.create_vector_bucket, at=("vector_bucket_name",), **request)
        doing = f"reading S3 Vectors Vector Bucket ({name})"
        answer = S3VECTORS.call(doing, client.get_vector_bucket, vectorBucketName=name)
        return _bucket_state(answer["vectorBucket"])

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetVectorBucket and the tags, by ARN."""
        bucket_arn = state["vector_bucket_arn"]
        client = aws.client("s3vectors", state["region"])
        doing = f"reading S3 Vectors Vector Bucket ({bucket_arn})"
        answer = S3VECTORS.call_unless_gone(doing, client.get_vector_bucket, vectorBucketArn=bucket_arn)
        if answer is None:
            return None
        return {
            **_bucket_state(answer["vectorBucket"]),
            **read_tags(aws, client, "Vector Bucket", bucket_arn, state),
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """Only the tags can change."""
        client = aws.client("s3vectors", planned["region"])
        update_tags(client, "Vector Bucket", planned["vector_bucket_arn"], prior, planned)
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteVectorBucket by ARN; with `force_destroy` its indexes first."""
        bucket_arn = state["vector_bucket_arn"]
        client = aws.client("s3vectors", state["region"])
        if state["force_destroy"]:
            for index_arn in _index_arns(client, bucket_arn):
                delete_index(client, index_arn, "deleting S3 Vectors index")
        doing = f"deleting S3 Vectors Vector Bucket ({bucket_arn})"
        S3VECTORS.call_unless_gone(doing, client.delete_vector_bucket, vectorBucketArn=bucket_arn)

    def import_state(self, identifier: str) -> Object:
        """By ARN."""
        return regional_arn("vector_bucket_arn", identifier)


def _bucket_state(bucket: Mapping[str, Any]) -> Object:
    return {
        "vector_bucket_name": bucket["vectorBucketName"],
        "vector_bucket_arn": bucket["vectorBucketArn"],
        "creation_time": rfc3339(bucket["creationTime"]),
        "encryption_configuration": encryption_state(bucket),
    }


def _index_arns(client: Any, bucket_arn: str) -> Iterator[str]:
    doing = f"listing S3 Vectors Vector Bucket ({bucket_arn}) indexes"
    token: dict[str, Any] = {}
    while True:
        page = S3VECTORS.call(doing, client.list_indexes, vectorBucketArn=bucket_arn, **token)
        yield from [index["indexArn"] for index in page["indexes"]]
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}
