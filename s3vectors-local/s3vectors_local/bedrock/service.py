"""Bedrock behind the gateway: which calls are served here, and in which order they are checked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from s3vectors_local.bedrock import (
    data_sources,
    ingestion_jobs,
    invocation,
    knowledge_bases,
    retrieval,
    tags,
)
from s3vectors_local.bedrock.authorization import authorize
from s3vectors_local.bedrock.context import Handler, Request, Services
from s3vectors_local.bedrock.embedding import STAND_IN
from s3vectors_local.bedrock.routes import Route, is_ours, route
from s3vectors_local.bedrock.store import Store
from s3vectors_local.callers import Caller
from s3vectors_local.calls import Call
from s3vectors_local.moto_services import Moto
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.errors import NotBuilt, SerializationError
from s3vectors_local.s3vectors.store import Stores
from s3vectors_local.service_model import service_model

HANDLERS: Mapping[str, Handler] = {
    "CreateDataSource": data_sources.create_data_source,
    "CreateKnowledgeBase": knowledge_bases.create_knowledge_base,
    "DeleteDataSource": data_sources.delete_data_source,
    "DeleteKnowledgeBase": knowledge_bases.delete_knowledge_base,
    "GetDataSource": data_sources.get_data_source,
    "GetIngestionJob": ingestion_jobs.get_ingestion_job,
    "GetKnowledgeBase": knowledge_bases.get_knowledge_base,
    "InvokeModel": invocation.invoke_model,
    "ListDataSources": data_sources.list_data_sources,
    "ListIngestionJobs": ingestion_jobs.list_ingestion_jobs,
    "ListKnowledgeBases": knowledge_bases.list_knowledge_bases,
    "ListTagsForResource": tags.list_tags_for_resource,
    "Retrieve": retrieval.retrieve,
    "StartIngestionJob": ingestion_jobs.start_ingestion_job,
    "StopIngestionJob": ingestion_jobs.stop_ingestion_job,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateDataSource": data_sources.update_data_source,
    "UpdateKnowledgeBase": knowledge_bases.update_knowledge_base,
}
_EMBEDDED = frozenset({"InvokeModel", "Retrieve"})


class Bedrock:
    """Bedrock of one local AWS."""

    def __init__(self, moto: Moto, vectors: Stores, keys: Keys, store: Store) -> None:
        self._services = Services(moto, vectors, keys, store)

    def serve(self, call: Call, body: bytes, caller: Caller) -> Response | None:
        """The answer, or None for a call that is not about knowledge bases or embeddings: it is moto's.

        Raises ServiceError: the service model comes first, then permission, then what depends on what exists.
        """
        found = route(call.http.method, call.http.path)
        if not is_ours(found, call.http.path):
            return None
        if found is None or found.operation not in HANDLERS:
            raise NotBuilt(f"bedrock:{call.operation} is not built in the local AWS")
        given = _input(found, call, body)
        request = Request(found.operation, given, caller, call.region, self._services)
        authorize(request)
        answer = HANDLERS[found.operation](request)
        headers = {"x-amzn-RequestId": str(uuid.uuid4())}
        if found.operation in _EMBEDDED:
            headers |= STAND_IN
        return Response(json.dumps(answer), found.status, headers, content_type="application/json")


def _input(found: Route, call: Call, body: bytes) -> Mapping[str, Any]:
    """What is asked for, once the service model has nothing against it."""
    if found.operation == "InvokeModel":
        return {"modelId": found.members["modelId"], "body": body}
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise SerializationError("UnknownError") from None
    if not isinstance(given, dict):
        raise SerializationError("UnknownError")
    model = service_model(found.api)
    given |= found.members
    if call.http.args.getlist("tagKeys"):
        given["tagKeys"] = call.http.args.getlist("tagKeys")
    given = model.present(found.operation, given)
    model.check(found.operation, given)
    return given
