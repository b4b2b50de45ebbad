"""InvokeModel of embedding models, answered by the stand-in in the form of each model.

Source: Amazon Bedrock User Guide, "Inference request parameters and response fields", pages of Titan
Embeddings, Nova Multimodal Embeddings and Cohere Embed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from s3vectors_local.bedrock.chunking import tokens
from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.embedding import dimensions, embed, model_id
from s3vectors_local.s3vectors.errors import NotBuilt, ValidationError


def invoke_model(request: Request) -> Answer:
    """The embeddings of the texts in the body. Raises ValidationError, and NotBuilt for other models."""
    name = model_id(request.input["modelId"])
    possible = dimensions(name)
    if not possible:
        raise NotBuilt(f"InvokeModel of {name} is not built in the local AWS, which stands in for embeddings")
    try:
        asked = json.loads(request.input["body"])
        if name.startswith("amazon.nova"):
            return _nova(asked, possible)
        return _cohere(asked, possible) if name.startswith("cohere") else _titan(asked, name, possible)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValidationError("Malformed input request, please reformat your input and try again.") from None


def _titan(asked: Mapping[str, Any], name: str, possible: tuple[int, ...]) -> Answer:
    options = asked.get("embeddingConfig") or {}
    member = "outputEmbeddingLength" if name.startswith("amazon.titan-embed-image") else "dimensions"
    wanted = (options if "image" in name else asked).get(member)
    text = str(asked["inputText"])
    vector = embed(text, _dimension(wanted, possible))
    answer: Answer = {"embedding": vector, "inputTextTokenCount": tokens(text)}
    if name.endswith("v2:0"):
        answer["embeddingsByType"] = {"float": vector}
    return answer


def _cohere(asked: Mapping[str, Any], possible: tuple[int, ...]) -> Answer:
    wanted = _dimension(asked.get("output_dimension"), possible)
    vectors = [embed(str(text), wanted) for text in asked["texts"]]
    by_type = asked.get("embedding_types") is not None
    return {
        "id": "stand-in",
        "texts": list(asked["texts"]),
        "response_type": "embeddings_by_type" if by_type else "embeddings_floats",
        "embeddings": {"float": vectors} if by_type else vectors,
    }


def _nova(asked: Mapping[str, Any], possible: tuple[int, ...]) -> Answer:
    single = asked["singleEmbeddingParams"]
    vector = embed(str(single["text"]["value"]), _dimension(single.get("embeddingDimension"), possible))
    return {"embeddings": [{"embeddingType": "TEXT", "embedding": vector}]}


def _dimension(wanted: Any, possible: tuple[int, ...]) -> int:
    if wanted is None:
        return possible[0]
    if wanted not in possible:
        raise ValidationError(
            f"{wanted} is not a valid dimension; valid are {', '.join(map(str, possible))}."
        )
    return int(wanted)
