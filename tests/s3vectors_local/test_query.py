"""QueryVectors as an SDK sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def compass(s3vectors: Any, make_index: Callable[..., Any]) -> Callable[[str], dict[str, str]]:
    def make(metric: str) -> dict[str, str]:
        index: dict[str, str] = make_index(metric=metric)
        points = {"east": [1, 0], "north": [0, 2], "west": [-3, 0], "north-east": [4, 4]}
        vectors = [
            {"key": key, "data": {"float32": point}, "metadata": {"far": max(map(abs, point)) > 2}}
            for key, point in points.items()
        ]
        s3vectors.put_vectors(**index, vectors=vectors)
        return index

    return make


def test_cosine(s3vectors: Any, compass: Callable[[str], Any]) -> None:
    answer = s3vectors.query_vectors(
        **compass("cosine"), topK=4, queryVector={"float32": [2, 0]}, returnDistance=True
    )
    assert answer["distanceMetric"] == "cosine"
    assert [(v["key"], round(v["distance"], 4)) for v in answer["vectors"]] == [
        ("east", 0.0),
        ("north-east", 0.2929),
        ("north", 1.0),
        ("west", 2.0),
    ]


def test_euclidean(s3vectors: Any, compass: Callable[[str], Any]) -> None:
    answer = s3vectors.query_vectors(
        **compass("euclidean"), topK=3, queryVector={"float32": [1, 0]}, returnDistance=True
    )
    assert answer["distanceMetric"] == "euclidean"
    assert [(v["key"], round(v["distance"], 4)) for v in answer["vectors"]] == [
        ("east", 0.0),
        ("north", 2.2361),
        ("west", 4.0),
    ]


def test_members_come_on_request_only(s3vectors: Any, compass: Callable[[str], Any]) -> None:
    index = compass("cosine")
    query = {"topK": 1, "queryVector": {"float32": [1, 0]}}
    assert s3vectors.query_vectors(**index, **query)["vectors"] == [{"key": "east"}]
    assert s3vectors.query_vectors(**index, **query, returnMetadata=True)["vectors"] == [
        {"key": "east", "metadata": {"far": False}}
    ]


def test_filter(s3vectors: Any, compass: Callable[[str], Any]) -> None:
    found = s3vectors.query_vectors(
        **compass("cosine"), topK=10, queryVector={"float32": [1, 0]}, filter={"far": True}
    )
    assert [v["key"] for v in found["vectors"]] == ["north-east", "west"]


def test_empty_index(s3vectors: Any, index: dict[str, str]) -> None:
    answer = s3vectors.query_vectors(**index, topK=1, queryVector={"float32": [1, 0]})
    assert (answer["vectors"], "nextToken" in answer) == ([], False)


def test_pages_of_one_hundred(s3vectors: Any, make_index: Callable[..., Any]) -> None:
    index = make_index(dimension=1, metric="euclidean")
    vectors = [{"key": f"k{i}", "data": {"float32": [i // 2]}} for i in range(300)]
    s3vectors.put_vectors(**index, vectors=vectors)
    query = {**index, "topK": 250, "queryVector": {"float32": [0]}, "returnDistance": True}
    first = s3vectors.query_vectors(**query)
    # What is written between two pages neither repeats nor hides a result.
    s3vectors.delete_vectors(**index, keys=["k7", "k8", "k150"])
    s3vectors.put_vectors(**index, vectors=[{"key": "new", "data": {"float32": [1]}}])
    second = s3vectors.query_vectors(**query, nextToken=first["nextToken"])
    third = s3vectors.query_vectors(**query, nextToken=second["nextToken"])
    pages = [[v["key"] for v in page["vectors"]] for page in (first, second, third)]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [key for page in pages for key in page] == [f"k{i}" for i in range(251) if i != 150]
    assert "nextToken" not in third
    with pytest.raises(ClientError, match="Invalid nextToken"):
        s3vectors.query_vectors(**{**query, "topK": 251}, nextToken=first["nextToken"])


def test_writes_are_seen_at_once(s3vectors: Any, index: dict[str, str]) -> None:
    query = {**index, "topK": 5, "queryVector": {"float32": [1, 0]}}
    for i in range(5):
        s3vectors.put_vectors(**index, vectors=[{"key": str(i), "data": {"float32": [1, i]}}])
        assert [v["key"] for v in s3vectors.query_vectors(**query)["vectors"]] == [
            str(n) for n in range(i + 1)
        ]
    s3vectors.delete_vectors(**index, keys=["0"])
    assert s3vectors.query_vectors(**query)["vectors"][0] == {"key": "1"}
