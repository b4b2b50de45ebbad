"""The service: every operation of the model, in the order of checks that a request goes through."""

from __future__ import annotations

from collections.abc import Mapping

from s3vectors_local.s3vectors import buckets, indexes, query, tags, vectors
from s3vectors_local.s3vectors.addresses import store_at
from s3vectors_local.s3vectors.authorization import addressed, authorize
from s3vectors_local.s3vectors.request import Answer, Handler, Request
from s3vectors_local.s3vectors.validate import check

HANDLERS: Mapping[str, Handler] = {
    "CreateIndex": indexes.create_index,
    "CreateVectorBucket": buckets.create_vector_bucket,
    "DeleteIndex": indexes.delete_index,
    "DeleteVectorBucket": buckets.delete_vector_bucket,
    "DeleteVectorBucketPolicy": buckets.delete_vector_bucket_policy,
    "DeleteVectors": vectors.delete_vectors,
    "GetIndex": indexes.get_index,
    "GetVectorBucket": buckets.get_vector_bucket,
    "GetVectorBucketPolicy": buckets.get_vector_bucket_policy,
    "GetVectors": vectors.get_vectors,
    "ListIndexes": indexes.list_indexes,
    "ListTagsForResource": tags.list_tags_for_resource,
    "ListVectorBuckets": buckets.list_vector_buckets,
    "ListVectors": vectors.list_vectors,
    "PutVectorBucketDefaultIndexMode": buckets.put_vector_bucket_default_index_mode,
    "PutVectorBucketPolicy": buckets.put_vector_bucket_policy,
    "PutVectors": vectors.put_vectors,
    "QueryVectors": query.query_vectors,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateIndexMode": indexes.update_index_mode,
    "UpdateMetadataConfiguration": indexes.update_metadata_configuration,
}


def serve(request: Request) -> Answer:
    """Answer one request. Raises ServiceError.

    The service model comes first, then the address, then permission, then everything that depends on
    what exists; so nobody learns what exists without permission.
    """
    check(request.operation, request.input)
    address = addressed(request)
    store = (store_at(request, address) if address else None) or request.store()
    with store.lock:
        authorize(request)
        return HANDLERS[request.operation](request)
