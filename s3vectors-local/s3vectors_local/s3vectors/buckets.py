"""Vector buckets: create, get, list, delete, their policy and their default index mode."""

from __future__ import annotations

import re
from dataclasses import replace

from s3vectors_local.policy_grammar import Malformed, check_bucket_policy
from s3vectors_local.s3vectors import pages
from s3vectors_local.s3vectors.addresses import bucket_address, bucket_at
from s3vectors_local.s3vectors.encryption import chosen
from s3vectors_local.s3vectors.errors import Conflict, NotFound, QuotaExceeded, ValidationError
from s3vectors_local.s3vectors.request import Answer, Request
from s3vectors_local.s3vectors.resources import CLASSIC, ENHANCED, ENHANCED_SINCE, OLDER, Bucket, Encryption
from s3vectors_local.s3vectors.tags import check_tags
from s3vectors_local.s3vectors.validate import operations

MOST_BUCKETS = 10_000  # per account and region: user guide, limitations
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
_PAGE = 500


def create_vector_bucket(request: Request) -> Answer:
    """Create a bucket. Its name is unique per account and region, also for its own owner."""
    address = bucket_address(request)
    if not _NAME.fullmatch(address.bucket):
        raise ValidationError.at("vectorBucketName", "Invalid vector bucket name")
    encryption = chosen(request, Encryption())
    tags = request.input.get("tags") or {}
    check_tags(tags)
    store = request.store()
    if store.bucket(address.bucket):
        raise Conflict("A vector bucket with the specified name already exists")
    if len(list(store.buckets())) >= MOST_BUCKETS:
        raise QuotaExceeded(f"You have reached the limit of {MOST_BUCKETS} vector buckets in this Region")
    request.keys.check_creation(request, encryption, address.arn)
    created = OLDER if address.bucket in request.stores.older else request.now()
    mode = ENHANCED if created >= ENHANCED_SINCE else CLASSIC
    store.save_bucket(Bucket(address.bucket, address.arn, created, encryption, mode, tags=tags))
    return {"vectorBucketArn": address.arn}


def get_vector_bucket(request: Request) -> Answer:
    """The attributes of a bucket."""
    _, bucket = bucket_at(request, bucket_address(request))
    return {"vectorBucket": bucket.to_wire()}


def list_vector_buckets(request: Request) -> Answer:
    """A page of the caller's buckets in this region, by name."""
    prefix = request.input.get("prefix", "")
    after = pages.position(request) or ""
    buckets = sorted(
        (b for b in request.store().buckets() if b.name.startswith(prefix) and b.name > after),
        key=lambda bucket: bucket.name,
    )
    size = request.input.get("maxResults", _PAGE)
    answer: Answer = {"vectorBuckets": [bucket.summary() for bucket in buckets[:size]]}
    if len(buckets) > size:
        answer["nextToken"] = pages.token(request, buckets[size - 1].name)
    return answer


def delete_vector_bucket(request: Request) -> Answer:
    """Delete a bucket that has no indexes."""
    store, bucket = bucket_at(request, bucket_address(request))
    if store.indexes(bucket.name):
        raise Conflict("The specified vector bucket is not empty")
    store.remove_bucket(bucket)
    return {}


def put_vector_bucket_policy(request: Request) -> Answer:
    """Set the resource policy. Its resources are not compared with the bucket, as in the live service."""
    store, bucket = bucket_at(request, bucket_address(request))
    try:
        check_bucket_policy(request.input["policy"], bucket.arn.split(":")[1], operations())
    except Malformed as refused:
        raise ValidationError.at("policy", str(refused)) from None
    store.save_bucket(replace(bucket, policy=request.input["policy"]))
    return {}


def get_vector_bucket_policy(request: Request) -> Answer:
    """The resource policy, as it was put."""
    _, bucket = bucket_at(request, bucket_address(request))
    if bucket.policy is None:
        raise NotFound("The specified vector bucket policy could not be found")
    return {"policy": bucket.policy}


def delete_vector_bucket_policy(request: Request) -> Answer:
    """Remove the resource policy, if there is one: the operation is idempotent."""
    store, bucket = bucket_at(request, bucket_address(request))
    store.save_bucket(replace(bucket, policy=None))
    return {}


def put_vector_bucket_default_index_mode(request: Request) -> Answer:
    """Set the mode of the indexes that are created from now on."""
    store, bucket = bucket_at(request, bucket_address(request))
    mode = request.input["defaultIndexMode"]
    if not supports(bucket, mode):
        raise ValidationError.at(
            "defaultIndexMode",
            "defaultIndexMode cannot be set to CLASSIC because this vector bucket "
            "does not support CLASSIC mode",
        )
    store.save_bucket(replace(bucket, default_mode=mode))
    return {}


def supports(bucket: Bucket, mode: str) -> bool:
    """CLASSIC is for buckets created before 2026-09-30 (service model, UpdateIndexMode)."""
    return mode != CLASSIC or bucket.created < ENHANCED_SINCE
