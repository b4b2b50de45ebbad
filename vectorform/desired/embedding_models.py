"""Embedding models: what dimensions each makes, and the distance metric that its publisher names.

A row never changes once it is released: indexes that were made of it are in AWS. A model that is not here is
used all the same; the file then has to say its dimension.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from vectorform.desired.bedrock_models import model_id
from vectorform.desired.model import DistanceMetric, Index, Tags
from vectorform.wording import closest

# The tag of an index that says what made its vectors.
TAG = "vectorform:embedding-model"
INCOMPARABLE: Final = "vectors of two models cannot be compared"


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A row. `dimension` is what the model makes unless it is asked for another one of `dimensions`.

    `shortest`: it makes every dimension from there on, up to the longest. `source` is the publisher's page.
    """

    id: str
    dimension: int
    dimensions: tuple[int, ...]
    distance_metric: DistanceMetric
    source: str
    shortest: int | None = None

    def makes(self, dimension: int) -> bool:
        """Whether the model makes vectors of this dimension."""
        if self.shortest is not None:
            return self.shortest <= dimension <= max(self.dimensions)
        return dimension in self.dimensions


def find(name: str) -> EmbeddingModel | None:
    """The row of a model, by its id or another name of it; None for one that is not in the table."""
    return MODELS.get(model_id(name))


def nearest(name: str) -> str | None:
    """The model of the table that was probably meant; None where nothing is like it."""
    by_name = {known: known for known in MODELS}
    # What people leave out: who made it.
    by_name |= {re.split(r"[./]", known, maxsplit=1)[-1]: known for known in MODELS}
    found = closest(model_id(name), by_name)
    return None if found is None else by_name[found]


def index_tags(index: Index) -> Tags:
    """The tags that an index gets in addition to the environment's: its own, and the one with its model."""
    if index.embedding_model is None:
        return index.tags
    return {**index.tags, TAG: index.embedding_model.name}


_BEDROCK = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_NOVA = "https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html"
_COHERE = "https://docs.cohere.com/docs/cohere-embed"
_OPENAI = "https://developers.openai.com/api/docs/guides/embeddings"
_GEMINI = "https://ai.google.dev/gemini-api/docs/models/gemini-embedding-001"
_VOYAGE = "https://docs.voyageai.com/docs/embeddings"
_NOMIC = "https://www.nomic.ai/blog/posts/nomic-embed-matryoshka"
_BGE = "https://huggingface.co/BAAI/bge-m3"  # its card has a table of all of them
_HUGGING_FACE = "https://huggingface.co"


def _rows() -> Iterator[EmbeddingModel]:
    """What a publisher's page says. What nobody could look up is not here."""
    yield _bedrock("amazon.titan-embed-text-v1", "titan-embedding-models", 1536)
    yield _bedrock("amazon.titan-embed-text-v2:0", "model-parameters-titan-embed-text", 1024, 512, 256)
    yield _bedrock("amazon.titan-embed-image-v1", "titan-multiemb-models", 1024, 384, 256)
    yield _row("amazon.nova-2-multimodal-embeddings-v1:0", _NOVA, 3072, 1024, 384, 256)
    yield _row("cohere.embed-english-v3", _COHERE, 1024)
    yield _row("cohere.embed-multilingual-v3", _COHERE, 1024)
    yield _row("cohere.embed-v4:0", _COHERE, 1536, 1024, 512, 256)
    # The page of 3.0 says what 2.7 made.
    yield _bedrock("twelvelabs.marengo-embed-2-7-v1:0", "model-parameters-marengo-3", 1024)
    yield _bedrock("twelvelabs.marengo-embed-3-0-v1:0", "model-parameters-marengo-3", 512)
    yield _row("text-embedding-ada-002", _OPENAI, 1536)
    yield _row("text-embedding-3-small", _OPENAI, 1536, shortest=1)
    yield _row("text-embedding-3-large", _OPENAI, 3072, shortest=1)
    yield _row("gemini-embedding-001", _GEMINI, 3072, shortest=128)
    yield _row("voyage-3-large", _VOYAGE, 1024, 256, 512, 2048)
    yield _row("voyage-3.5", _VOYAGE, 1024, 256, 512, 2048)
    yield _row("voyage-3.5-lite", _VOYAGE, 1024, 256, 512, 2048)
    yield _row("voyage-code-3", _VOYAGE, 1024, 256, 512, 2048)
    yield _hugging_face("sentence-transformers/all-MiniLM-L6-v2", 384)
    yield _hugging_face("sentence-transformers/all-mpnet-base-v2", 768)
    yield _row("BAAI/bge-small-en-v1.5", _BGE, 384)
    yield _row("BAAI/bge-base-en-v1.5", _BGE, 768)
    yield _row("BAAI/bge-large-en-v1.5", _BGE, 1024)
    yield _row("BAAI/bge-m3", _BGE, 1024)
    yield _hugging_face("intfloat/multilingual-e5-large", 1024)
    yield _row("nomic-ai/nomic-embed-text-v1.5", _NOMIC, 768, shortest=64)


def _bedrock(id_: str, page: str, dimension: int, *others: int) -> EmbeddingModel:
    return _row(id_, f"{_BEDROCK}/{page}.html", dimension, *others)


def _hugging_face(id_: str, dimension: int) -> EmbeddingModel:
    return _row(id_, f"{_HUGGING_FACE}/{id_}", dimension)


def _row(id_: str, source: str, dimension: int, *others: int, shortest: int | None = None) -> EmbeddingModel:
    """A model for cosine: that is what the publishers of all of these compare by."""
    return EmbeddingModel(id_, dimension, tuple(sorted({dimension, *others})), "cosine", source, shortest)


MODELS: Mapping[str, EmbeddingModel] = {model.id: model for model in _rows()}
