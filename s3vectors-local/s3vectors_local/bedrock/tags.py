"""The tags of knowledge bases; nothing else of what is built here has any."""

from __future__ import annotations

from dataclasses import replace

from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.errors import not_found
from s3vectors_local.bedrock.resources import KnowledgeBase


def list_tags_for_resource(request: Request) -> Answer:
    """The tags of a knowledge base."""
    return {"tags": dict(_named(request).tags)}


def tag_resource(request: Request) -> Answer:
    """Add tags, or change their values."""
    return _changed(request, {**_named(request).tags, **request.input["tags"]})


def untag_resource(request: Request) -> Answer:
    """Remove tags; keys that are not there are no error."""
    gone = set(request.input["tagKeys"])
    return _changed(request, {key: value for key, value in _named(request).tags.items() if key not in gone})


def _changed(request: Request, tags: dict[str, str]) -> Answer:
    store = request.services.store
    with store.lock:
        store.save(request.scope, replace(_named(request), tags=tags))
    return {}


def _named(request: Request) -> KnowledgeBase:
    arn = request.input["resourceArn"]
    name = arn.rpartition("/")[2]
    if arn != request.knowledge_base_arn(name):
        raise not_found()
    return request.services.store.knowledge_base(request.scope, name)
