"""The stand-in for embedding models: no meaning, but texts that share words lie near each other.

A vector counts the words of a text and their three-letter pieces, each in a component that its hash chooses.
It is the same in every process, of the model's dimension and of length 1. What a real model finds without
a common word, this does not find; distances and scores are not a model's.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

import numpy as np

# The header that marks every answer that such a vector had a part in.
STAND_IN = {"x-local-aws-stand-in": "embedding"}
_WORD = re.compile(r"[a-z0-9]+|[^\W_]", re.IGNORECASE)  # other scripts than Latin: letter by letter
_PIECE, _PIECE_WEIGHT = 3, 0.25
_SHORT, _SHORT_WEIGHT = 3, 0.25  # mostly articles, prepositions and the like

# Dimensions that a model can be asked for, the default first. Source: Amazon Bedrock User Guide, the pages
# of the models' parameters.
DIMENSIONS: Mapping[str, tuple[int, ...]] = {
    "amazon.titan-embed-text-v1": (1536,),
    "amazon.titan-embed-text-v2:0": (1024, 512, 256),
    "amazon.titan-embed-image-v1": (1024, 384, 256),
    "amazon.nova-2-multimodal-embeddings-v1:0": (3072, 1024, 384, 256),
    "cohere.embed-english-v3": (1024,),
    "cohere.embed-multilingual-v3": (1024,),
    "cohere.embed-v4:0": (1536, 1024, 512, 256),
}


def model_id(model_arn: str) -> str:
    """The id of the model that an ARN names, or that an inference profile (`us.`, `global.`) leads to."""
    name = model_arn.rpartition("/")[2]
    if name in DIMENSIONS:
        return name
    rest = name.partition(".")[2]
    return rest if rest in DIMENSIONS else name


def dimensions(model_arn: str) -> tuple[int, ...]:
    """The dimensions of a model, the default first; none for a model that is not known here."""
    return DIMENSIONS.get(model_id(model_arn), ())


def embed(text: str, dimension: int) -> list[float]:
    """The stand-in's vector of a text, of length 1."""
    vector = np.zeros(dimension, dtype=np.float64)
    for feature, weight in _features(text):
        digest = zlib.crc32(feature.encode())
        vector[digest % dimension] += weight if digest & 0x80000000 else -weight
    if not vector.any():
        vector[zlib.crc32(text.encode()) % dimension] = 1.0
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    return [float(component) for component in unit]


def _features(text: str) -> Iterator[tuple[str, float]]:
    for found in _WORD.finditer(text.lower()):
        word = found[0]
        short = len(word) <= _SHORT and word.isascii()
        yield word, _SHORT_WEIGHT if short else 1.0
        if len(word) > _PIECE:
            for start in range(len(word) - _PIECE + 1):
                yield f"~{word[start : start + _PIECE]}", _PIECE_WEIGHT
