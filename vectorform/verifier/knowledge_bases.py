"""Knowledge bases and data sources: found by their names, and how they differ from the file.

Bedrock gives them ids that only the state of Terraform has; names are unique, in a region and in a
knowledge base.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired import bedrock
from vectorform.desired.attributes import ABSENT, DATA_SOURCE, KNOWLEDGE_BASE, REGION, Attributes
from vectorform.desired.model import DataSource, Environment, KnowledgeBase, Region
from vectorform.verifier import compare
from vectorform.verifier.aws import Aws
from vectorform.verifier.compare import Difference
from vectorform.verifier.reading import Missing, member, pages, read

_PAGE_SIZE = 1000


class KnowledgeBases:
    """Those of one region. What its methods read may raise Missing or Unreadable."""

    def __init__(self, environment: Environment, region: Region, aws: Aws) -> None:
        self._environment = environment
        self._region = region
        self._agent = aws.bedrock_agent(region.name)
        self._lock = threading.Lock()
        self._ids: dict[str, str] | None = None

    def id_of(self, of: KnowledgeBase) -> str:
        """The id that Bedrock gave a knowledge base."""
        with self._lock:
            if self._ids is None:
                listing = pages(self._agent.list_knowledge_bases, maxResults=_PAGE_SIZE)
                self._ids = _ids(listing, REGION["knowledge_bases"].answer, "knowledgeBaseId")
        return _id(self._ids, of.name)

    def id_of_source(self, of: KnowledgeBase, source: DataSource) -> tuple[str, str]:
        """The ids of a knowledge base and of a data source of it."""
        base = self.id_of(of)
        listing = pages(self._agent.list_data_sources, knowledgeBaseId=base, maxResults=_PAGE_SIZE)
        return base, _id(_ids(listing, KNOWLEDGE_BASE["data_sources"].answer, "dataSourceId"), source.name)

    def knowledge_base(self, of: KnowledgeBase) -> Iterator[Difference]:
        """All that the file says of a knowledge base, its state and its tags."""
        answer = read(self._agent.get_knowledge_base, knowledgeBaseId=self.id_of(of))
        actual = member(answer, "knowledgeBase")
        yield from knowledge_base(self._environment, self._region, of, actual)
        tags = read(self._agent.list_tags_for_resource, resourceArn=member(actual, "knowledgeBaseArn"))
        yield from compare.tags(self._environment, of.tags, member(tags, "tags"))

    def data_source(self, of: KnowledgeBase, source: DataSource) -> Iterator[Difference]:
        """All that the file says of a data source, and its state."""
        base, name = self.id_of_source(of, source)
        answer = read(self._agent.get_data_source, knowledgeBaseId=base, dataSourceId=name)
        actual = member(answer, "dataSource")
        yield from data_source(self._environment, self._region, source, actual)


def knowledge_base(
    environment: Environment, region: Region, of: KnowledgeBase, actual: Mapping[str, Any]
) -> Iterator[Difference]:
    """What GetKnowledgeBase says against the file."""
    yield from _state("ACTIVE", actual)
    yield from _answered(KNOWLEDGE_BASE, bedrock.knowledge_base(environment, region, of), actual)


def data_source(
    environment: Environment, region: Region, source: DataSource, actual: Mapping[str, Any]
) -> Iterator[Difference]:
    """What GetDataSource says against the file."""
    yield from _state("AVAILABLE", actual)
    yield from _answered(DATA_SOURCE, bedrock.data_source(environment, region, source), actual)


def _state(expected: str, actual: Mapping[str, Any]) -> Iterator[Difference]:
    if actual.get("status") != expected:
        reasons = " ".join(actual.get("failureReasons", ()))
        yield Difference("status", expected, f"{actual.get('status')} {reasons}".rstrip())


def _answered(
    attributes: Attributes, request: Mapping[str, Any], actual: Mapping[str, Any]
) -> Iterator[Difference]:
    """What was asked for, member by member of the table. What Bedrock adds to it is left alone."""
    looked_at: set[str] = set()
    for row in attributes:
        if not row.answer or row.answer in looked_at or row.field in ("tags", "data_sources"):
            continue
        looked_at.add(row.answer)
        wanted, found = row.found_in(request), row.found_in(actual)
        if not _fits(wanted, found):
            yield Difference(
                row.yaml_key or row.field,
                None if wanted is ABSENT else wanted,
                None if found is ABSENT else found,
                immutable=row.change == "recreated",
            )


def _fits(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(key in found and _fits(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_fits, wanted, found))
    return bool(wanted == found)


def _ids(listing: Iterator[Any], summaries: str, name_of_id: str) -> dict[str, str]:
    return {
        str(member(summary, "name")): str(member(summary, name_of_id))
        for page in listing
        for summary in member(page, summaries)
    }


def _id(ids: Mapping[str, str], name: str) -> str:
    if name not in ids:
        raise Missing(f"nothing is called {name}")
    return ids[name]
