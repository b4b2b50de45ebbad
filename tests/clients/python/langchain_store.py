"""langchain-aws's vector store, from an empty bucket to its deletion. Run in its own environment."""

from __future__ import annotations

import boto3
from langchain_aws.vectorstores.s3_vectors import AmazonS3Vectors
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings


class Letters(Embeddings):
    """An embedding that needs no model: how often each letter occurs."""

    def embed_query(self, text: str) -> list[float]:
        return [float(text.lower().count(chr(ord("a") + i))) + 0.01 for i in range(26)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


boto3.client("s3vectors", region_name="us-east-1").create_vector_bucket(vectorBucketName="langchain")
store = AmazonS3Vectors(
    vector_bucket_name="langchain",
    index_name="documents",
    embedding=Letters(),
    non_filterable_metadata_keys=["_page_content"],
    region_name="us-east-1",
)
ids = store.add_texts(
    ["baggage allowance", "refund of tickets", "pets in the cabin"],
    metadatas=[{"topic": "baggage"}, {"topic": "refund"}, {"topic": "pets"}],
    ids=["one", "two", "three"],
)
assert ids == ["one", "two", "three"]

[best, *_] = store.similarity_search_with_score("baggage", k=2)
assert best[0].page_content == "baggage allowance", best
assert 0 <= best[1] < 1

[only] = store.similarity_search("baggage", k=3, filter={"topic": {"$eq": "refund"}})
assert (only.page_content, only.metadata) == ("refund of tickets", {"topic": "refund"})

assert [d.id for d in store.get_by_ids(["three", "one"])] == ["three", "one"]
retrieved = store.as_retriever(search_kwargs={"k": 1}).invoke("pets")
assert isinstance(retrieved[0], Document)
assert retrieved[0].page_content == "pets in the cabin"

store.delete(["one"])
assert [d.page_content for d in store.similarity_search("baggage", k=9)] != []
assert "one" not in {d.id for d in store.similarity_search("baggage", k=9)}
store.delete()
assert (
    boto3.client("s3vectors", region_name="us-east-1").list_indexes(vectorBucketName="langchain")["indexes"]
    == []
)
