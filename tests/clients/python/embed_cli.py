"""The data path of s3vectors-embed-cli, with prepared vectors in place of Bedrock's embeddings.

The tool writes its endpoint into the client itself, so AWS_ENDPOINT_URL is put back here.
"""

from __future__ import annotations

import os
from typing import Any

import boto3
from s3vectors.core.services import S3VectorService


class LocalSession(boto3.Session):
    def client(self, *args: Any, **options: Any) -> Any:
        return super().client(*args, **{**options, "endpoint_url": os.environ["AWS_ENDPOINT_URL"]})


session = LocalSession(region_name="us-east-1")
s3vectors = session.client("s3vectors")
s3vectors.create_vector_bucket(vectorBucketName="embed-cli")
s3vectors.create_index(
    vectorBucketName="embed-cli",
    indexName="documents",
    dataType="float32",
    dimension=3,
    distanceMetric="cosine",
    metadataConfiguration={"nonFilterableMetadataKeys": ["S3VECTORS-EMBED-SRC-CONTENT"]},
)
service = S3VectorService(session, "us-east-1")
assert service.get_index("embed-cli", "documents")["index"]["dimension"] == 3
vectors = [
    {
        "key": f"k{i}",
        "data": {"float32": [1.0, float(i), 0.0]},
        "metadata": {"S3VECTORS-EMBED-SRC-CONTENT": f"text {i}", "n": i},
    }
    for i in range(5)
]
assert service.put_vectors_batch("embed-cli", "documents", vectors) == [f"k{i}" for i in range(5)]
found = service.query_vectors(
    "embed-cli", "documents", [1.0, 0.0, 0.0], k=2, filter_expr='{"n": {"$gte": 1}}'
)
assert [f["vectorId"] for f in found] == ["k1", "k2"], found
assert found[0]["metadata"] == {"S3VECTORS-EMBED-SRC-CONTENT": "text 1", "n": 1}
assert 0 < found[0]["similarity"] < found[1]["similarity"]
