"""What is expected of an index in a month: written in the YAML, and no part of what is deployed."""

from __future__ import annotations

from dataclasses import dataclass

# A UUID, written out.
KEY_BYTES = 36
# As many as Amazon Bedrock Knowledge Bases and most examples ask for, give or take.
TOP_K = 10


@dataclass(frozen=True, slots=True)
class Expected:
    """The contents of an index, on average over a month, and the requests of that month.

    Bytes are per vector, as the pricing page of S3 counts them: a character of a key is one. A put is one
    PutVectors request. `other_requests_per_month` are all but PutVectors and QueryVectors: GetVectors,
    ListVectors, DeleteVectors. `result_bytes` is what a query returns of one vector; None is its key and all
    of its metadata. `deleted_vectors_per_month` are those deleted or overwritten.
    """

    vectors: int = 0
    key_bytes: int = KEY_BYTES
    filterable_metadata_bytes: int = 0
    non_filterable_metadata_bytes: int = 0
    puts_per_month: int = 0
    vectors_per_put: int = 1
    queries_per_month: int = 0
    top_k: int = TOP_K
    result_bytes: int | None = None
    other_requests_per_month: int = 0
    deleted_vectors_per_month: int = 0

    @property
    def metadata_bytes(self) -> int:
        """All metadata of one vector."""
        return self.filterable_metadata_bytes + self.non_filterable_metadata_bytes
