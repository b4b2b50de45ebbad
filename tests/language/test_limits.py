"""Limits that are too large for a case on disk, and input that is too much."""

from __future__ import annotations

import time
from pathlib import Path

from tests.language.projects import HEAD, messages, project
from vectorform import language

HEADER = HEAD + "vector_buckets:\n  main:\n    indexes:\n"
INDEX = "{dimension: 8, distance_metric: cosine, non_filterable_metadata_keys: []}"


def indexes(count: int, index: str) -> str:
    return HEADER + "".join(f"      i-{number:05}: {index}\n" for number in range(count))


def test_a_bucket_holds_ten_thousand_indexes(tmp_path: Path) -> None:
    (message,) = messages(tmp_path, indexes(10_001, INDEX))
    assert message.startswith(
        "config/dev.yaml:7:7: vector_buckets.main.indexes: has 10,001 entries; at most 10,000 are allowed"
    )


def test_thousands_of_problems_take_seconds(tmp_path: Path) -> None:
    text = indexes(2_000, "{dimension: 0, distance_metric: dot, dimensions: 3}")
    started = time.process_time()
    found = messages(tmp_path, text)
    assert time.process_time() - started < 8
    assert len([message for message in found if "hint:" not in message]) == 6_000


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    root = project(tmp_path)
    with (root / "config" / "dev.yaml").open("wb") as file:
        file.write(b"project: aspexa\n")
        file.truncate(50 * 1024**2)
    started = time.process_time()
    (problem,) = language.check("dev", root).problems
    assert str(problem).startswith("config/dev.yaml: is larger than 16 MiB")
    assert time.process_time() - started < 1
