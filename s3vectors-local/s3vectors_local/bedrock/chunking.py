"""How documents are cut into chunks.

Strategies and defaults: Amazon Bedrock User Guide, "How content chunking works for knowledge bases".
A token is a word or a sign here; a model's tokenizer counts otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s3vectors_local.bedrock.embedding import embed
from s3vectors_local.s3vectors.errors import ValidationError

_TOKEN = re.compile(r"[A-Za-z0-9_]+|[^\sA-Za-z0-9_]")
_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?。！？]+|\n+|$)")
_DEFAULT_TOKENS = 300
_DIMENSION = 256  # of the vectors by which semantic chunking compares sentences
_MEMBERS = {
    "FIXED_SIZE": "fixedSizeChunkingConfiguration",
    "HIERARCHICAL": "hierarchicalChunkingConfiguration",
    "SEMANTIC": "semanticChunkingConfiguration",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece that is embedded. `parent` is the larger piece that a retrieval returns in its place."""

    text: str
    parent: str | None = None


def check_chunking(configuration: Mapping[str, Any]) -> None:
    """What the service model does not say about a `chunkingConfiguration`. Raises ValidationError."""
    strategy = configuration["chunkingStrategy"]
    wanted = _MEMBERS.get(strategy)
    given = [member for member in _MEMBERS.values() if member in configuration]
    if given != ([wanted] if wanted else []):
        needs = f"needs {wanted} and no other" if wanted else "takes no configuration"
        raise ValidationError(f"The chunking strategy {strategy} {needs}.")
    if strategy == "HIERARCHICAL":
        parents, children = _levels(configuration[_MEMBERS[strategy]])
        if children >= parents:
            raise ValidationError("maxTokens of a child chunk must be less than that of its parent chunk.")


def chunks(text: str, configuration: Mapping[str, Any] | None) -> list[Chunk]:
    """The chunks of a document, in order; none of a document without a word."""
    strategy = (configuration or {}).get("chunkingStrategy", "DEFAULT")
    options = (configuration or {}).get(_MEMBERS.get(strategy, ""), {})
    found = [chunk for chunk in _STRATEGIES[strategy](text, options) if chunk.text.strip()]
    return [Chunk(chunk.text.strip(), chunk.parent) for chunk in found]


def _whole(text: str, _options: Mapping[str, Any]) -> list[Chunk]:
    return [Chunk(text)]


def _sentences_of_300(text: str, _options: Mapping[str, Any]) -> list[Chunk]:
    return [Chunk(part) for part in _filled(_sentences(text), _DEFAULT_TOKENS)]


def _fixed_size(text: str, options: Mapping[str, Any]) -> list[Chunk]:
    most = options["maxTokens"]
    return [Chunk(part) for part in _windows(text, most, most * options["overlapPercentage"] // 100)]


def _hierarchical(text: str, options: Mapping[str, Any]) -> list[Chunk]:
    parents, children = _levels(options)
    overlap = min(options["overlapTokens"], children - 1)
    return [
        Chunk(child, parent.strip())
        for parent in _windows(text, parents, 0)
        for child in _windows(parent, children, overlap)
    ]


def _semantic(text: str, options: Mapping[str, Any]) -> list[Chunk]:
    """Cut where neighbouring sentences, each with `bufferSize` more around it, differ most."""
    sentences = _sentences(text)
    buffer = options["bufferSize"]
    groups = [
        "".join(sentences[max(0, position - buffer) : position + buffer + 1])
        for position in range(len(sentences))
    ]
    vectors = np.array([embed(group, _DIMENSION) for group in groups])
    distances = 1 - np.sum(vectors[:-1] * vectors[1:], axis=1) if len(groups) > 1 else np.zeros(0)
    threshold = np.percentile(distances, options["breakpointPercentileThreshold"]) if len(distances) else 0
    parts: list[list[str]] = [[]]
    for position, sentence in enumerate(sentences):
        parts[-1].append(sentence)
        if position < len(distances) and distances[position] > threshold:
            parts.append([])
    return [Chunk(part) for each in parts for part in _filled(each, options["maxTokens"])]


_STRATEGIES: Mapping[str, Callable[[str, Mapping[str, Any]], list[Chunk]]] = {
    "DEFAULT": _sentences_of_300,
    "NONE": _whole,
    "FIXED_SIZE": _fixed_size,
    "HIERARCHICAL": _hierarchical,
    "SEMANTIC": _semantic,
}


def _levels(options: Mapping[str, Any]) -> tuple[int, int]:
    parents, children = (level["maxTokens"] for level in options["levelConfigurations"])
    return parents, children


def tokens(text: str) -> int:
    """How many tokens a text has."""
    return sum(1 for _ in _TOKEN.finditer(text))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


def _windows(text: str, most: int, overlap: int) -> list[str]:
    """Pieces of `most` tokens, each of which repeats the last `overlap` tokens of the one before."""
    starts = [found.start() for found in _TOKEN.finditer(text)]
    step = max(1, most - overlap)
    pieces = []
    for first in range(0, len(starts), step):
        end = first + most
        pieces.append(text[starts[first] : starts[end] if end < len(starts) else len(text)])
        if end >= len(starts):
            break
    return pieces


def _filled(sentences: Sequence[str], most: int) -> list[str]:
    """Whole sentences together, up to `most` tokens; a sentence that is longer is cut."""
    parts: list[str] = []
    room = 0
    for sentence in sentences:
        size = tokens(sentence)
        if size > most:
            parts += _windows(sentence, most, 0)
            room = 0
        elif parts and size <= room:
            parts[-1] += sentence
            room -= size
        else:
            parts.append(sentence)
            room = most - size
    return parts
