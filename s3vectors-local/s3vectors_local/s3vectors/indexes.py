"""Vector indexes: create, get, list, delete, their mode and their text search configurations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from s3vectors_local.s3vectors import pages
from s3vectors_local.s3vectors.addresses import (
    bucket_address,
    bucket_at,
    index_address,
    index_at,
    new_index_address,
)
from s3vectors_local.s3vectors.buckets import supports
from s3vectors_local.s3vectors.encryption import chosen
from s3vectors_local.s3vectors.errors import Conflict, QuotaExceeded, ValidationError
from s3vectors_local.s3vectors.request import Answer, Request
from s3vectors_local.s3vectors.resources import ENHANCED, Index, TextSearch
from s3vectors_local.s3vectors.tags import check_tags

MOST_INDEXES = 10_000  # per bucket: user guide, limitations
MOST_TEXT_SEARCHES = 10  # per index: service model
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
_PAGE = 500


def create_index(request: Request) -> Answer:
    """Create an index. Everything but its tags, its mode and its text searches is immutable from here on."""
    address = new_index_address(request)
    if not _NAME.fullmatch(request.input["indexName"]):
        raise ValidationError.at("indexName", "Invalid vector index name")
    store, bucket = bucket_at(request, address)
    encryption = chosen(request, bucket.encryption)
    tags = request.input.get("tags") or {}
    check_tags(tags)
    if store.index(bucket.name, request.input["indexName"]):
        raise Conflict("An index with the specified name already exists")
    if len(store.indexes(bucket.name)) >= MOST_INDEXES:
        raise QuotaExceeded(f"You have reached the limit of {MOST_INDEXES} indexes in this vector bucket")
    request.keys.check_creation(request, encryption, address.arn)
    metadata = request.input.get("metadataConfiguration") or {}
    index = Index(
        bucket=bucket.name,
        name=request.input["indexName"],
        arn=address.arn,
        created=request.now(),
        dimension=request.input["dimension"],
        distance_metric=request.input["distanceMetric"],
        encryption=encryption,
        mode=bucket.default_mode,
        non_filterable=tuple(metadata.get("nonFilterableMetadataKeys") or ()),
        tags=tags,
    )
    searches = metadata.get("textSearchConfigurations") or ()
    store.save_index(_with_text_search(index, searches) if searches else index)
    return {"indexArn": index.arn}


def get_index(request: Request) -> Answer:
    """The attributes of an index."""
    _, index = index_at(request, index_address(request))
    return {"index": index.to_wire()}


def list_indexes(request: Request) -> Answer:
    """A page of the indexes of a bucket, by name."""
    store, bucket = bucket_at(request, bucket_address(request))
    prefix = request.input.get("prefix", "")
    after = pages.position(request) or ""
    names = sorted(n for n in store.indexes(bucket.name) if n.startswith(prefix) and n > after)
    size = request.input.get("maxResults", _PAGE)
    answer: Answer = {"indexes": [store.indexes(bucket.name)[name].summary() for name in names[:size]]}
    if len(names) > size:
        answer["nextToken"] = pages.token(request, names[size - 1])
    return answer


def delete_index(request: Request) -> Answer:
    """Delete an index with all its vectors."""
    store, index = index_at(request, index_address(request))
    store.remove_index(index)
    return {}


def update_index_mode(request: Request) -> Answer:
    """Change how queries are processed; nothing is ingested again."""
    store, index = index_at(request, index_address(request))
    bucket = store.bucket(index.bucket)
    assert bucket is not None, "an index is always in a bucket"
    if not supports(bucket, request.input["indexMode"]):
        raise ValidationError.at(
            "indexMode",
            "indexMode cannot be set to CLASSIC because the vector bucket does not support CLASSIC mode",
        )
    store.save_index(replace(index, mode=request.input["indexMode"]))
    return {}


def update_metadata_configuration(request: Request) -> Answer:
    """Add or delete text search configurations: exactly one of `add` and `delete`."""
    store, index = index_at(request, index_address(request))
    added, deleted = request.input.get("add"), request.input.get("delete")
    if (added is None) == (deleted is None):
        raise ValidationError("Must specify either add or delete but not both")
    if added is not None:
        changed = _with_text_search(index, added.get("textSearchConfigurations") or ())
    else:
        changed = _without_text_search(index, (deleted or {}).get("textSearchConfigurations") or ())
    store.save_index(changed)
    return {"indexArn": index.arn}


def _with_text_search(index: Index, configurations: Sequence[dict[str, Any]]) -> Index:
    _check_enhanced(index)
    searches = list(index.text_search)
    for configuration in configurations:
        key = configuration["metadataKey"]
        if any(search.metadata_key == key for search in searches):
            raise Conflict(f"A text search configuration for metadata key '{key}' already exists")
        searches.append(TextSearch(key, configuration.get("language")))
    if len(searches) > MOST_TEXT_SEARCHES:
        raise ValidationError(f"An index must have at most {MOST_TEXT_SEARCHES} text search configurations")
    return replace(index, text_search=tuple(searches))


def _without_text_search(index: Index, configurations: Sequence[dict[str, Any]]) -> Index:
    _check_enhanced(index)
    gone = {configuration["metadataKey"] for configuration in configurations}
    for key in sorted(gone - {search.metadata_key for search in index.text_search}):
        raise ValidationError(f"There is no text search configuration for metadata key '{key}'")
    return replace(index, text_search=tuple(s for s in index.text_search if s.metadata_key not in gone))


def _check_enhanced(index: Index) -> None:
    if index.mode != ENHANCED:
        raise ValidationError("Text search configurations require an index in ENHANCED mode")
