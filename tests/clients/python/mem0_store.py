"""mem0's vector store, without a model: from an empty account to deletion."""

from __future__ import annotations

from botocore.exceptions import ClientError
from mem0.memory.main import _entity_collection_name
from mem0.vector_stores.s3_vectors import S3Vectors

store = S3Vectors(
    vector_bucket_name="mem0",
    collection_name="memories",
    embedding_model_dims=3,
    distance_metric="cosine",
    region_name="us-east-1",
)
store.insert(
    vectors=[[1.0, float(i), 0.0] for i in range(4)],
    payloads=[{"data": f"memory {i}", "user_id": f"u{i % 2}"} for i in range(4)],
    ids=[f"m{i}" for i in range(4)],
)
found = store.search(query="", vectors=[1.0, 0.0, 0.0], top_k=2, filters={"user_id": "u1"})
assert [memory.id for memory in found] == ["m1", "m3"], found
assert store.get("m2").payload["data"] == "memory 2"
store.update("m2", vector=[0.0, 0.0, 1.0], payload={"data": "changed", "user_id": "u0"})
assert store.get("m2").payload["data"] == "changed"
store.delete("m2")
assert store.get("m2") is None
try:
    store.search(query="", vectors=[1.0, 0.0, 0.0], filters={"user_id": "u1", "agent_id": "a"})
except ClientError as refusal:
    assert "Invalid query filter" in str(refusal)
else:
    raise AssertionError("two filters at once")
assert _entity_collection_name("s3_vectors", "memories") == "memories-entities"
assert store.list_cols()
store.delete_col()
