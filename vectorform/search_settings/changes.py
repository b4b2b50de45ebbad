"""What is to be set, from the file and AWS's answers; what AWS would refuse is refused before any call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vectorform.desired.attributes import ABSENT, INDEX, VECTOR_BUCKET
from vectorform.desired.model import Index, VectorBucket
from vectorform.desired.search_settings import CLASSIC_ONLY, CLASSIC_UNTIL, STANDARD, texts_searched

_CLASSIC, _ENHANCED = "CLASSIC", "ENHANCED"


@dataclass(frozen=True, slots=True)
class Change:
    """One call: `operation` of AWS with `parameters`, and what it does in words."""

    operation: str
    parameters: Mapping[str, Any]
    what: str


class Refused(Exception):
    """AWS would refuse it, or do something else than the file says."""


def of_bucket(bucket: VectorBucket, answer: Mapping[str, Any]) -> Iterator[Change]:
    """What the answer of GetVectorBucket lacks. Raises Refused."""
    row = VECTOR_BUCKET["default_index_mode"]
    wanted, found = row.of(bucket), row.found_in(answer)
    if wanted != found:
        require_older(row.field, wanted, answer)
        parameters = {"vectorBucketName": bucket.name, row.answer: wanted}
        before = "unknown" if found is ABSENT else found
        yield Change("PutVectorBucketDefaultIndexMode", parameters, f"{row.field} {before} -> {wanted}")


def of_index(bucket: VectorBucket, index: Index, answer: Mapping[str, Any]) -> Iterator[Change]:
    """What the answer of GetIndex lacks, in an order in which AWS takes it. Raises Refused."""
    names = {"vectorBucketName": bucket.name, "indexName": index.name}
    row, texts = INDEX["index_mode"], INDEX["text_search"].found_in(answer)
    found = row.found_in(answer)
    mode = row.of(index) or found
    searched = texts_searched([] if texts is ABSENT else texts)
    wanted = searched if index.text_search is None else dict(index.text_search)
    if wanted and mode != _ENHANCED:
        raise Refused(_not_enhanced(index, str(mode)))
    gone = [key for key, language in searched.items() if wanted.get(key) != language]
    new = {key: language for key, language in wanted.items() if searched.get(key) != language}
    changed_mode = []
    if mode != found:
        before = "unknown" if found is ABSENT else found
        changed_mode = [
            Change("UpdateIndexMode", {**names, row.answer: mode}, f"{row.field} {before} -> {mode}")
        ]
    if mode == _ENHANCED:
        yield from changed_mode
    if gone:
        configurations = [{"metadataKey": key} for key in gone]
        yield _updated(names, "delete", configurations, f"text_search: removed {', '.join(gone)}")
    if new:
        configurations = [_configuration(key, language) for key, language in new.items()]
        with_languages = ", ".join(f"{key}: {language}" for key, language in new.items())
        yield _updated(
            names, "add", configurations, f"text_search: added {with_languages}; AWS builds it now"
        )
    if mode != _ENHANCED:  # text search has to be gone before
        yield from changed_mode


def require_older(key: str, mode: str | None, bucket: Mapping[str, Any]) -> None:
    """Raises Refused for CLASSIC in a vector bucket, as GetVectorBucket has it, that is too new for it."""
    if mode == _CLASSIC and bucket["creationTime"] >= datetime.fromisoformat(CLASSIC_UNTIL):
        raise Refused(
            f"{key}: {CLASSIC_ONLY}; this one was created on {bucket['creationTime']:%Y-%m-%d}: write "
            "ENHANCED, or remove the line"
        )


def _not_enhanced(index: Index, mode: str) -> str:
    if index.text_search:
        return f"text_search needs ENHANCED, and its mode is {mode}: write index_mode: ENHANCED"
    return (
        f"in AWS it has text search, which index_mode: {mode} excludes: write text_search: {{}} to remove "
        "it, or index_mode: ENHANCED"
    )


def _updated(names: Mapping[str, str], verb: str, configurations: list[dict[str, str]], what: str) -> Change:
    parameters = {**names, verb: {"textSearchConfigurations": configurations}}
    return Change("UpdateMetadataConfiguration", parameters, what)


def _configuration(key: str, language: str) -> dict[str, str]:
    return {"metadataKey": key, **({} if language == STANDARD else {"language": language})}
