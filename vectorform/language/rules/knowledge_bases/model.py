"""The embedding model of a knowledge base: it makes what the index stores."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired import embedding_models
from vectorform.desired.bedrock import index_of
from vectorform.desired.bedrock_models import model_id
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import KnowledgeBaseIn
from vectorform.wording import show

DIMENSION = Rule("VF810", "model-of-other-dimension")
NONE = Rule("VF813", "knowledge-base-without-model")
OTHER = Rule("VF814", "model-of-other-vectors")
TWO = Rule("VF815", "models-of-one-index")


def dimension(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """A model that is not in the table may make any."""
    for region, knowledge_base in of.found:
        model = embedding_models.find(knowledge_base.embedding_model)
        found = index_of(region, knowledge_base)
        if model is None or found is None or model.makes(found[1].dimension):
            continue
        possible = ", ".join(map(str, model.dimensions))
        message = (
            f"{model.id} makes vectors of {possible} dimensions, and the index "
            f"{show(found[1].address)} has {found[1].dimension}"
        )
        hint = "use the model that made the index's vectors, or another index: a dimension is fixed"
        yield DIMENSION.at(*of.place("embedding_model", "index"), message, hint)
        return


def said(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Its own or the index's; where both are written, one."""
    for region, knowledge_base in of.found:
        found = index_of(region, knowledge_base)
        own = found[1].embedding_model if found else None
        if not knowledge_base.embedding_model and "embedding_model" not in of.node.mapping:
            message = "neither the knowledge base nor its index names an embedding model"
            hint = "write embedding_model: its id in Amazon Bedrock, such as amazon.titan-embed-text-v2:0"
            yield NONE.at(of.node, of.path, message, hint, key=True)
            return
        model = model_id(knowledge_base.embedding_model)
        if own is not None and model and own.name != model:
            message = f"{model} embeds the documents, and {own.name} the vectors of the index"
            hint = f"{embedding_models.INCOMPARABLE}: remove it, or use another index"
            yield OTHER.at(*of.place("embedding_model"), message, hint)
            return


def together(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Knowledge bases that share an index also share its model; told at the later one."""
    for region, knowledge_base in of.found:
        model = model_id(knowledge_base.embedding_model)
        shared = knowledge_base.index or knowledge_base.index_arn
        for other in region.knowledge_bases:
            if other.key == knowledge_base.key:
                break
            theirs = model_id(other.embedding_model)
            if shared == (other.index or other.index_arn) and model and theirs and model != theirs:
                into = show(shared or "")
                message = f"{model} embeds into {into}, and so does {theirs} for {show(other.key)}"
                hint = f"{embedding_models.INCOMPARABLE}: give each knowledge base an index of its own"
                yield TWO.at(*of.place("embedding_model", "index"), message, hint)
                return
