"""Retrieve: the chunks of a knowledge base that are nearest to a text, read as its role.

Source: service model of bedrock-agent-runtime; Amazon Bedrock User Guide, "Configure and customize queries"
(which filters S3 Vectors takes, semantic search alone).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.embedding import embed
from s3vectors_local.bedrock.ingestion import METADATA, SOURCE_URI, TEXT
from s3vectors_local.bedrock.role import assume
from s3vectors_local.s3vectors.errors import NotBuilt, ValidationError

_RESULTS = 5
_OPERATORS = {
    "equals": "$eq",
    "notEquals": "$ne",
    "greaterThan": "$gt",
    "greaterThanOrEquals": "$gte",
    "lessThan": "$lt",
    "lessThanOrEquals": "$lte",
    "in": "$in",
    "notIn": "$nin",
    "listContains": "$eq",  # of S3 Vectors, which holds for a list that has the value
}
_JOINED = {"andAll": "$and", "orAll": "$or"}


def retrieve(request: Request) -> Answer:
    """The nearest chunks. Raises ValidationError, and AccessDenied where the role may not do its part."""
    asked = request.input
    found = request.services.store.knowledge_base(request.scope, asked["knowledgeBaseId"])
    options = (asked.get("retrievalConfiguration") or {}).get("vectorSearchConfiguration") or {}
    if options.get("overrideSearchType", "SEMANTIC") != "SEMANTIC":
        raise ValidationError(
            "HYBRID search type is not supported for search operation on index "
            f"{found.index_arn}. Retry your request with a different search type."
        )
    for member in ("rerankingConfiguration", "implicitFilterConfiguration"):
        if member in options:
            raise NotBuilt(f"Retrieve with {member} is not built in the local AWS")
    text = (asked.get("retrievalQuery") or {}).get("text")
    if not text:
        raise ValidationError("The retrievalQuery needs a text.")
    role = assume(request.services, found.role_arn, found.arn)
    role.check_model(found.model_arn)
    query: dict[str, Any] = {
        "indexArn": found.index_arn,
        "queryVector": {"float32": embed(text, found.dimension)},
        "topK": options.get("numberOfResults", _RESULTS),
        "returnMetadata": True,
        "returnDistance": True,
    }
    if "filter" in options:
        query["filter"] = _filter(options["filter"])
    answer = role.vectors("QueryVectors", **query)
    results = [_result(vector, answer["distanceMetric"]) for vector in answer["vectors"]]
    return {"retrievalResults": _once(results)}


def _result(vector: Mapping[str, Any], metric: str) -> dict[str, Any]:
    metadata: Mapping[str, Any] = vector.get("metadata", {})
    distance = float(vector["distance"])
    result: dict[str, Any] = {
        "content": {"text": _parent(metadata) or metadata.get(TEXT, ""), "type": "TEXT"},
        "score": 1 - distance if metric == "cosine" else 1 / (1 + distance),
        "metadata": {key: value for key, value in metadata.items() if key not in (TEXT, METADATA)},
    }
    if SOURCE_URI in metadata:
        result["location"] = {"type": "S3", "s3Location": {"uri": metadata[SOURCE_URI]}}
    return result


def _parent(metadata: Mapping[str, Any]) -> str | None:
    """The parent chunk of hierarchical chunking, which stands for its children."""
    try:
        found: str | None = json.loads(metadata.get(METADATA, "{}")).get("parentText")
    except (ValueError, AttributeError, TypeError):
        return None
    return found


def _once(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A parent that several children lead to is one result, the best."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for result in results:
        key = (result["content"]["text"], result.get("location", {}).get("s3Location", {}).get("uri", ""))
        first.setdefault(key, result)
    return list(first.values())


def _filter(given: Mapping[str, Any]) -> dict[str, Any]:
    """A RetrievalFilter in the language of S3 Vectors."""
    for name, condition in given.items():
        if name in _JOINED:
            return {_JOINED[name]: [_filter(each) for each in condition]}
        if name in _OPERATORS:
            return {condition["key"]: {_OPERATORS[name]: condition["value"]}}
        raise ValidationError(f"The filter operator {name} is not supported with an S3 vector bucket.")
    raise ValidationError("The filter is empty.")
