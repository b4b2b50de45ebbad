"""The table of embedding models: rows stay as they were released, and names mean what people write."""

from __future__ import annotations

import re

import pytest

from tests.paths import ROOT
from vectorform.desired.embedding_models import MODELS, TAG, find, model_id, nearest
from vectorform.desired.service_limits import MAX_TAG_KEY

RELEASED = ROOT / "tests" / "desired" / "released_embedding_models.txt"
IN_TAGS = re.compile(r"[A-Za-z0-9 _.:/=+@-]*\Z")


def test_released_rows_stay_as_they_are() -> None:
    """An index in AWS was made of its row: a new model is a new line, and no line is edited."""
    rows = [
        f"{model.id} {model.dimension} {','.join(map(str, model.dimensions))} {model.shortest or '-'} "
        f"{model.distance_metric}"
        for model in MODELS.values()
    ]
    assert rows == RELEASED.read_text(encoding="utf-8").splitlines()


def test_every_row_is_possible_in_s3_vectors() -> None:
    for model in MODELS.values():
        assert model.makes(model.dimension) and model.source.startswith("https://")
        assert all(1 <= dimension <= 4096 for dimension in model.dimensions)
        assert IN_TAGS.match(model.id) and model_id(model.id) == model.id
    assert IN_TAGS.match(TAG) and len(TAG) <= MAX_TAG_KEY and not TAG.startswith("aws:")


@pytest.mark.parametrize(
    "name",
    [
        "cohere.embed-v4:0",
        "us.cohere.embed-v4:0",
        "global.cohere.embed-v4:0",
        "arn:aws:bedrock:us-east-1::foundation-model/cohere.embed-v4:0",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.cohere.embed-v4:0",
    ],
)
def test_other_names_of_a_model(name: str) -> None:
    assert model_id(name) == "cohere.embed-v4:0" and find(name) is MODELS["cohere.embed-v4:0"]


def test_a_profile_of_the_account_is_a_model_of_its_own() -> None:
    name = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"
    assert model_id(name) == name and find(name) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("amazon.titan-embed-text-v2", "amazon.titan-embed-text-v2:0"),
        ("titan-embed-text-v2:0", "amazon.titan-embed-text-v2:0"),
        ("Amazon.Titan-Embed-Text-V2:0", "amazon.titan-embed-text-v2:0"),
        ("text-embedding-3-smal", "text-embedding-3-small"),
        ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"),
        ("bge-m3", "BAAI/bge-m3"),
        ("our-own-model", None),
    ],
)
def test_what_was_probably_meant(written: str, meant: str | None) -> None:
    assert nearest(written) == meant


def test_dimensions_that_a_model_makes() -> None:
    titan, small = MODELS["amazon.titan-embed-text-v2:0"], MODELS["text-embedding-3-small"]
    assert [titan.makes(n) for n in (256, 512, 768, 1024)] == [True, True, False, True]
    assert [small.makes(n) for n in (0, 1, 700, 1536, 1537)] == [False, True, True, True, False]
