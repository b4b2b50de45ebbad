"""Which permission each operation needs, on which resource, and with which condition keys.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3 Vectors";
service model, sections "Permissions" of QueryVectors, ListVectors, CreateIndex and CreateVectorBucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from s3vectors_local.decisions import decide
from s3vectors_local.organizations import of_resource
from s3vectors_local.policy_language import Question, global_context
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3vectors.addresses import (
    Address,
    bucket_address,
    index_address,
    new_index_address,
    store_at,
)
from s3vectors_local.s3vectors.errors import AccessDenied
from s3vectors_local.s3vectors.request import Request
from s3vectors_local.s3vectors.resources import Bucket
from s3vectors_local.s3vectors.tags import tagged_address

_BUCKET_OPERATIONS = frozenset(
    {
        "CreateVectorBucket",
        "DeleteVectorBucket",
        "DeleteVectorBucketPolicy",
        "GetVectorBucket",
        "GetVectorBucketPolicy",
        "ListIndexes",
        "PutVectorBucketDefaultIndexMode",
        "PutVectorBucketPolicy",
    }
)
_TAG_OPERATIONS = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})


def addressed(request: Request) -> Address | None:
    """What the operation acts on, or None for ListVectorBuckets, which acts on no resource."""
    if request.operation == "ListVectorBuckets":
        return None
    if request.operation in _TAG_OPERATIONS:
        return tagged_address(request)
    find: Callable[[Request], Address] = index_address
    if request.operation in _BUCKET_OPERATIONS:
        find = bucket_address
    elif request.operation == "CreateIndex":
        find = new_index_address
    return find(request)


def authorize(request: Request) -> None:
    """Raises AccessDenied unless the caller has every permission that the request needs.

    The permissions do not depend on whether the resource exists, as in AWS.
    """
    address = addressed(request)
    bucket = _bucket(request, address)
    resource = address.arn if address else "*"
    owner = address.account if address else request.caller.account
    policy = policy_document(bucket.policy) if bucket and bucket.policy else None
    context = _context(request, address, bucket)
    for operation in _permissions(request):
        question = Question(request.caller, f"s3vectors:{operation}", resource, context)
        decision = decide(question, policy, owner)
        if not decision.allowed:
            raise AccessDenied(
                f"User: {request.caller.display_arn} is not authorized to perform: {question.action} "
                f"on resource: {resource} {decision.reason}"
            )


def _permissions(request: Request) -> Iterator[str]:
    asked = request.input
    yield request.operation
    if request.operation in ("CreateVectorBucket", "CreateIndex") and asked.get("tags"):
        yield "TagResource"
    if request.operation == "QueryVectors" and (
        asked.get("filter") is not None or asked.get("returnMetadata") or asked.get("queryTexts")
    ):
        yield "GetVectors"
    if request.operation == "ListVectors" and (asked.get("returnData") or asked.get("returnMetadata")):
        yield "GetVectors"


def _bucket(request: Request, address: Address | None) -> Bucket | None:
    store = store_at(request, address) if address else None
    return store.bucket(address.bucket) if store and address else None


def _context(
    request: Request, address: Address | None, bucket: Bucket | None
) -> Mapping[str, tuple[str, ...]]:
    context = global_context(request.caller, request.region, request.clock())
    if address is None:
        return context
    context["aws:resourceaccount"] = (address.account,)
    context |= of_resource(address.account)
    request_tags = request.input.get("tags") or {}
    for key, value in request_tags.items():
        context[f"aws:requesttag/{key}".lower()] = (value,)
    tag_keys = tuple(request_tags) or tuple(request.input.get("tagKeys") or ())
    if tag_keys:
        context["aws:tagkeys"] = tag_keys
    encryption = request.input.get("encryptionConfiguration") or {}
    for key, member in (("s3vectors:ssetype", "sseType"), ("s3vectors:kmskeyarn", "kmsKeyArn")):
        if member in encryption:
            context[key] = (encryption[member],)
    if bucket is None:
        return context
    for key, value in bucket.tags.items():
        context[f"s3vectors:vectorbuckettag/{key}".lower()] = (value,)
    store = store_at(request, address)
    index = store.index(bucket.name, address.index) if store and address.index else None
    tagged = bucket.tags if address.index is None else index.tags if index else {}
    for key, value in tagged.items():
        context[f"aws:resourcetag/{key}".lower()] = (value,)
    return context
