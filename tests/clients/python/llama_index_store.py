"""llama-index's vector store on an index that it makes itself."""

from __future__ import annotations

import boto3
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.s3 import S3VectorStore

boto3.client("s3vectors", region_name="us-east-1").create_vector_bucket(vectorBucketName="llama")
store = S3VectorStore.create_index_from_bucket(
    bucket_name_or_arn="llama",
    index_name="index",
    dimension=3,
    distance_metric="cosine",
    data_type="float32",
    non_filterable_metadata_keys=["_node_content"],
    sync_session=boto3.Session(region_name="us-east-1"),
)
nodes = [
    TextNode(
        id_=f"n{i}",
        text=f"text {i}",
        metadata={"n": i, "kind": "odd" if i % 2 else "even"},
        embedding=[1.0, float(i), 0.5],
    )
    for i in range(6)
]
assert store.add(nodes) == [f"n{i}" for i in range(6)]
odd = MetadataFilters(filters=[MetadataFilter(key="kind", value="odd")])
found = store.query(VectorStoreQuery(query_embedding=[1.0, 0.0, 0.5], similarity_top_k=2, filters=odd))
assert found.ids == ["n1", "n3"], found.ids
assert [node.get_content() for node in found.nodes] == ["text 1", "text 3"]
store.delete_nodes(["n1"])
again = store.query(VectorStoreQuery(query_embedding=[1.0, 0.0, 0.5], similarity_top_k=2, filters=odd))
assert again.ids == ["n3", "n5"], again.ids
