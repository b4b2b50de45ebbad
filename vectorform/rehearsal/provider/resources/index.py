"""`aws_s3vectors_index`."""

from __future__ import annotations

from collections.abc import Mapping
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
from vectorform.rehearsal.provider.validators import one_of, size_between
from vectorform.rehearsal.provider.values import UNKNOWN, Object


class Index:
    """`aws_s3vectors_index`."""

    behaviour = Behaviour()

    def validate(self, config: Object) -> list[Diagnostic]:
        """The real provider's checks: enums and the number of metadata keys, neither names nor dimension."""
        diagnostics = [
            *one_of(("data_type",), config["data_type"], ("float32",)),
            *one_of(("distance_metric",), config["distance_metric"], ("euclidean", "cosine")),
            *validate_encryption(config),
        ]
        blocks = config["metadata_configuration"]
        diagnostics += size_between(("metadata_configuration",), blocks, 0, 1, kind="list")
        for position, block in enumerate([] if blocks is UNKNOWN else blocks):
            path = ("metadata_configuration", position, "non_filterable_metadata_keys")
            keys = UNKNOWN if block is UNKNOWN else block["non_filterable_metadata_keys"]
            diagnostics += size_between(path, keys, 1, 10)
        return diagnostics

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateIndex by the bucket's name, then GetIndex by names."""
        name = planned["index_name"]
        names = {"vectorBucketName": planned["vector_bucket_name"], "indexName": name}
        client = aws.client("s3vectors", planned["region"])
        request = {
            **names,
            "dataType": planned["data_type"],
            "dimension": planned["dimension"],
            "distanceMetric": planned["distance_metric"],
            **encryption_request(planned),
            **tags_request(aws, planned),
        }
        if planned["metadata_configuration"]:
            keys = planned["metadata_configuration"][0]["non_filterable_metadata_keys"]
            request["metadataConfiguration"] = {"nonFilterableMetadataKeys": keys}
        doing = f"creating S3 Vectors Index ({name})"
        S3VECTORS.call(doing, client.create_index, at=("index_name",), **request)
        answer = S3VECTORS.call(f"reading S3 Vectors Index ({name})", client.get_index, **names)
        return _index_state(answer["index"])

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetIndex and the tags, by ARN."""
        index_arn = state["index_arn"]
        client = aws.client("s3vectors", state["region"])
        doing = f"reading S3 Vectors Index ({index_arn})"
        answer = S3VECTORS.call_unless_gone(doing, client.get_index, indexArn=index_arn)
        if answer is None:
            return None
        return {**_index_state(answer["index"]), **read_tags(aws, client, "Index", index_arn, state)}

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """Only the tags can change."""
        client = aws.client("s3vectors", planned["region"])
        update_tags(client, "Index", planned["index_arn"], prior, planned)
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteIndex by ARN."""
        client = aws.client("s3vectors", state["region"])
        delete_index(client, state["index_arn"], "deleting S3 Vectors Index")

    def import_state(self, identifier: str) -> Object:
        """By ARN."""
        return regional_arn("index_arn", identifier)


def _index_state(index: Mapping[str, Any]) -> Object:
    # One block where the answer has the member, also one without keys (text search alone): it is in no
    # configuration, and so Terraform plans a replacement.
    metadata = index.get("metadataConfiguration")
    blocks = [] if metadata is None else [metadata.get("nonFilterableMetadataKeys")]
    return {
        "vector_bucket_name": index["vectorBucketName"],
        "index_name": index["indexName"],
        "index_arn": index["indexArn"],
        "creation_time": rfc3339(index["creationTime"]),
        "data_type": index["dataType"],
        "dimension": index["dimension"],
        "distance_metric": index["distanceMetric"],
        "encryption_configuration": encryption_state(index),
        "metadata_configuration": [{"non_filterable_metadata_keys": keys} for keys in blocks],
    }
