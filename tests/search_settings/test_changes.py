"""What the step would call for which answer of AWS, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests import model
from vectorform.search_settings.changes import Change, Refused, of_bucket, of_index, require_older

BUCKET = model.vector_bucket()
TITLE = {"metadataKey": "title", "language": "en", "status": "BUILDING"}
OLD, NEW = datetime(2026, 9, 29, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)


def answer(mode: str = "ENHANCED", *texts: dict[str, str]) -> dict[str, Any]:
    """As GetIndex has an index."""
    configured = {"metadataConfiguration": {"textSearchConfigurations": list(texts)}} if texts else {}
    return {"indexMode": mode, **configured}


def calls(found: dict[str, Any], **settings: Any) -> list[tuple[str, dict[str, Any]]]:
    """The operations with their parameters, without the names that all have."""
    changes = of_index(BUCKET, model.index(**settings), found)
    return [(change.operation, _without_names(change)) for change in changes]


def _without_names(change: Change) -> dict[str, Any]:
    return {k: v for k, v in change.parameters.items() if k not in ("vectorBucketName", "indexName")}


def added(*configurations: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return "UpdateMetadataConfiguration", {"add": {"textSearchConfigurations": list(configurations)}}


def deleted(*keys: str) -> tuple[str, dict[str, Any]]:
    configurations = [{"metadataKey": key} for key in keys]
    return "UpdateMetadataConfiguration", {"delete": {"textSearchConfigurations": configurations}}


def test_nothing_where_aws_has_it_or_the_file_says_nothing() -> None:
    assert calls(answer("ENHANCED", TITLE), index_mode="ENHANCED", text_search={"title": "en"}) == []
    assert calls(answer("CLASSIC")) == [] == calls(answer("ENHANCED", TITLE))
    assert calls(answer("CLASSIC"), text_search={}) == []


def test_the_mode_comes_before_the_text_that_needs_it_and_after_the_text_that_is_in_its_way() -> None:
    enhanced = calls(answer("CLASSIC"), index_mode="ENHANCED", text_search={"title": "standard"})
    assert enhanced == [("UpdateIndexMode", {"indexMode": "ENHANCED"}), added({"metadataKey": "title"})]
    classic = calls(answer("ENHANCED", TITLE), index_mode="CLASSIC", text_search={})
    assert classic == [deleted("title"), ("UpdateIndexMode", {"indexMode": "CLASSIC"})]


def test_another_language_is_another_configuration() -> None:
    french = {"metadataKey": "title", "language": "fr"}
    assert calls(answer("ENHANCED", TITLE), text_search={"title": "fr"}) == [deleted("title"), added(french)]


def test_only_what_differs_is_touched() -> None:
    wanted = {"title": "en", "body": "de"}
    assert calls(answer("ENHANCED", TITLE), text_search=wanted) == [
        added({"metadataKey": "body", "language": "de"})
    ]


@pytest.mark.parametrize(
    ("found", "settings", "remedy"),
    [
        (answer("CLASSIC"), {"text_search": {"title": "en"}}, "write index_mode: ENHANCED"),
        (answer("ENHANCED", TITLE), {"index_mode": "CLASSIC"}, "write text_search: {}"),
        ({}, {"text_search": {"title": "en"}}, "write index_mode: ENHANCED"),
    ],
)
def test_what_aws_would_refuse(found: dict[str, Any], settings: dict[str, Any], remedy: str) -> None:
    with pytest.raises(Refused, match=remedy):
        calls(found, **settings)


def test_classic_is_for_older_vector_buckets() -> None:
    bucket = model.vector_bucket(default_index_mode="CLASSIC")
    [change] = of_bucket(bucket, {"defaultIndexMode": "ENHANCED", "creationTime": OLD})
    assert change.parameters == {"vectorBucketName": "documents", "defaultIndexMode": "CLASSIC"}
    with pytest.raises(Refused, match=r"default_index_mode: CLASSIC is only for .* 2026-10-02"):
        list(of_bucket(bucket, {"defaultIndexMode": "ENHANCED", "creationTime": NEW}))
    require_older("index_mode", "ENHANCED", {"creationTime": NEW})
