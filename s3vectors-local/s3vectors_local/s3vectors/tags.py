"""Tags of vector buckets and indexes: TagResource, UntagResource, ListTagsForResource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from s3vectors_local.s3vectors.addresses import Address, parse_arn, store_at
from s3vectors_local.s3vectors.errors import NotFound, ValidationError
from s3vectors_local.s3vectors.request import Answer, Request
from s3vectors_local.s3vectors.resources import Bucket, Index
from s3vectors_local.s3vectors.store import Store

MOST_TAGS = 50


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse more tags than a resource may have, and keys that AWS keeps for itself."""
    for key in tags:
        if key.lower().startswith("aws:"):
            raise ValidationError.at("tags", "System tags cannot be added/updated by requester")
    if len(tags) > MOST_TAGS:
        raise ValidationError.at("tags", "Too many tags specified")


def tag_resource(request: Request) -> Answer:
    """Add tags, or give them new values."""
    store, resource = _resource(request)
    tags = {**resource.tags, **request.input["tags"]}
    check_tags(tags)
    _save(store, resource, tags)
    return {}


def untag_resource(request: Request) -> Answer:
    """Remove tags; keys that the resource does not have are nothing to do."""
    store, resource = _resource(request)
    gone = set(request.input["tagKeys"])
    _save(store, resource, {key: value for key, value in resource.tags.items() if key not in gone})
    return {}


def list_tags_for_resource(request: Request) -> Answer:
    """All tags of a bucket or index."""
    _, resource = _resource(request)
    return {"tags": dict(resource.tags)}


def tagged_address(request: Request) -> Address:
    """The bucket or index that `resourceArn` names. Raises NotFound for any other text."""
    address = parse_arn(request.input["resourceArn"])
    if address is None:
        raise _not_found()
    return address


def _resource(request: Request) -> tuple[Store, Bucket | Index]:
    address = tagged_address(request)
    store = store_at(request, address)
    if store is not None:
        found = (
            store.bucket(address.bucket)
            if address.index is None
            else store.index(address.bucket, address.index)
        )
        if found is not None:
            return store, found
    raise _not_found()


def _save(store: Store, resource: Bucket | Index, tags: Mapping[str, str]) -> None:
    if isinstance(resource, Bucket):
        store.save_bucket(replace(resource, tags=tags))
    else:
        store.save_index(replace(resource, tags=tags))


def _not_found() -> NotFound:
    return NotFound("The specified resource could not be found")
