"""How a text is cut, and how near its pieces are to a question."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3vectors_local.bedrock.chunking import chunks, tokens
from s3vectors_local.bedrock.embedding import dimensions, embed, model_id
from s3vectors_local.bedrock.routes import route

WORDS = "".join(f"word{number} " for number in range(100)).strip()
FIXED = {"maxTokens": 30, "overlapPercentage": 20}
LEVELS = [{"maxTokens": 40}, {"maxTokens": 10}]
SEMANTIC = {"maxTokens": 50, "bufferSize": 1, "breakpointPercentileThreshold": 60}
STRATEGIES: list[dict[str, Any] | None] = [
    None,
    {"chunkingStrategy": "NONE"},
    {"chunkingStrategy": "FIXED_SIZE", "fixedSizeChunkingConfiguration": FIXED},
    {
        "chunkingStrategy": "HIERARCHICAL",
        "hierarchicalChunkingConfiguration": {"levelConfigurations": LEVELS, "overlapTokens": 3},
    },
    {"chunkingStrategy": "SEMANTIC", "semanticChunkingConfiguration": SEMANTIC},
]


def test_fixed_size_with_overlap() -> None:
    found = [chunk.text for chunk in chunks(WORDS, STRATEGIES[2])]
    assert [tokens(text) for text in found] == [30, 30, 30, 28]
    assert found[1].split()[0] == "word24"


def test_children_are_parts_of_their_parents() -> None:
    found = chunks(WORDS, STRATEGIES[3])
    parents = list(dict.fromkeys(chunk.parent for chunk in found))
    assert [tokens(parent or "") for parent in parents] == [40, 40, 20]
    assert all(chunk.parent and chunk.text in chunk.parent for chunk in found)


def test_semantic_chunks_break_where_the_subject_changes() -> None:
    pumps = "The pump turns. The pump stops. The pump leaks. "
    taxes = "Taxes fall due in May. Taxes are paid by wire. Taxes are high."
    options = {"maxTokens": 50, "bufferSize": 0, "breakpointPercentileThreshold": 90}
    found = chunks(pumps + taxes, {"chunkingStrategy": "SEMANTIC", "semanticChunkingConfiguration": options})
    assert [chunk.text for chunk in found] == [pumps.strip(), taxes]


@given(text=st.text(alphabet="ab .!?\n。é漢", max_size=300), strategy=st.sampled_from(STRATEGIES))
def test_no_word_is_lost(text: str, strategy: dict[str, Any] | None) -> None:
    found = chunks(text, strategy)
    assert all(chunk.text.strip() for chunk in found)
    kept = "".join(chunk.text for chunk in found)
    assert all(letter in kept for letter in set(text) if letter.strip())


@given(text=st.text(max_size=100), dimension=st.integers(1, 64))
def test_a_vector_has_length_one_and_is_always_the_same(text: str, dimension: int) -> None:
    vector = embed(text, dimension)
    assert len(vector) == dimension
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert embed(text, dimension) == vector


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("How do I reset the pump?", "The pump is reset by holding the button."),
        ("ポンプの交換", "ポンプは半年ごとに交換します。"),
        ("invoice payments", "We pay every invoice within a month, and the payment is by wire."),
    ],
)
@pytest.mark.parametrize("dimension", [256, 1024])
def test_the_passage_is_nearer_than_others(question: str, passage: str, dimension: int) -> None:
    others = [
        "The cat sleeps in the sun.",
        "フィルターを洗う。",
        "How do I do it? I do it the way that I do.",
    ]
    asked = np.array(embed(question, dimension))
    best = float(asked @ np.array(embed(passage, dimension)))
    assert all(best > float(asked @ np.array(embed(other, dimension))) for other in others)


def test_models_by_arn_and_profile() -> None:
    assert model_id("arn:aws:bedrock:us-east-1::foundation-model/cohere.embed-v4:0") == "cohere.embed-v4:0"
    profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.cohere.embed-v4:0"
    assert dimensions(profile) == (1536, 1024, 512, 256)
    assert dimensions("example.embed-v9") == ()


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("PUT", "/knowledgebases/", "CreateKnowledgeBase"),
        ("POST", "/knowledgebases/A/datasources/B/ingestionjobs/", "ListIngestionJobs"),
        ("POST", "/knowledgebases/A/retrieve", "Retrieve"),
        ("POST", "/model/arn:aws:bedrock:us-east-1::foundation-model/amazon.t:0/invoke", "InvokeModel"),
        ("GET", "/tags/arn:aws:bedrock:us-east-1:1:knowledge-base/A", "ListTagsForResource"),
        ("GET", "/nowhere", None),
    ],
)
def test_routes(method: str, path: str, operation: str | None) -> None:
    found = route(method, path)
    assert (found.operation if found else None) == operation
