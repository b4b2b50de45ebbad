"""Knowledge bases and data sources against a local AWS: in order, missing, and drifted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from s3vectors_local.process import LocalAws
from tests.verifier.deployed import client, deploy
from tests.verifier.test_created_keys_and_roles import desired
from vectorform.desired.model import Chunking, DataSource, Environment, KnowledgeBase, Source
from vectorform.verifier.report import Finding
from vectorform.verifier.verify import verify

# A model that no table has: its dimension is that of the index.
MODEL = "example.embed-v1"


def with_knowledge_base(environment: Environment) -> Environment:
    """The environment with a knowledge base on its first index, which works with its first role."""
    manuals = DataSource(
        "manuals",
        "manuals",
        "arn:aws:s3:::example-manuals",
        prefix="handbook/",
        chunking=Chunking("fixed_size", 300, 20),
        source=Source("config/dev.yaml", 31, 7),
    )
    handbook = KnowledgeBase(
        "handbook",
        environment.home.vector_buckets[0].name.replace("sample", "handbook"),
        MODEL,
        environment.access[0].key,
        environment.home.vector_buckets[0].indexes[0].address,
        description="All manuals",
        data_sources=(manuals,),
        source=Source("config/dev.yaml", 27, 3),
    )
    home = replace(environment.home, knowledge_bases=(handbook,))
    return replace(environment, regions=(home, *environment.regions[1:]))


@pytest.fixture
def environment(aws: LocalAws) -> Environment:
    return deploy(with_knowledge_base(desired()))


@pytest.fixture
def ids(environment: Environment) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """A client, and what Bedrock has of the knowledge base and of its data source."""
    agent = client("bedrock-agent", environment.home)
    name = environment.home.knowledge_bases[0].name
    [base] = [
        summary["knowledgeBaseId"]
        for page in agent.get_paginator("list_knowledge_bases").paginate()
        for summary in page["knowledgeBaseSummaries"]
        if summary["name"] == name
    ]
    [source] = agent.list_data_sources(knowledgeBaseId=base)["dataSourceSummaries"]
    named = {"knowledgeBaseId": base, "dataSourceId": source["dataSourceId"]}
    knowledge_base = agent.get_knowledge_base(knowledgeBaseId=base)["knowledgeBase"]
    yield agent, knowledge_base, agent.get_data_source(**named)["dataSource"]


def found(findings: tuple[Finding, ...]) -> set[tuple[str, str, str | None]]:
    return {(finding.kind, finding.resource.key, finding.attribute) for finding in findings}


def test_as_the_file_says(environment: Environment) -> None:
    report = verify(environment)
    assert report.findings == ()
    checked = [resource.type for resource in report.regions[0].checked]
    assert (checked.count("knowledge base"), checked.count("data source")) == (1, 1)


def test_what_changes_in_place_is_named_and_deployed(environment: Environment, ids: Any) -> None:
    agent, base, source = ids
    kept = ("knowledgeBaseId", "name", "roleArn", "knowledgeBaseConfiguration", "storageConfiguration")
    agent.update_knowledge_base(**{name: base[name] for name in kept}, description="By hand")
    agent.tag_resource(resourceArn=base["knowledgeBaseArn"], tags={"By": "hand"})
    configuration = source["dataSourceConfiguration"]
    configuration["s3Configuration"]["inclusionPrefixes"] = ["other/"]
    kept = ("knowledgeBaseId", "dataSourceId", "name", "vectorIngestionConfiguration")
    agent.update_data_source(
        **{name: source[name] for name in kept},
        dataSourceConfiguration=configuration,
        dataDeletionPolicy="DELETE",
    )
    report = verify(environment)
    assert found(report.findings) == {
        ("different", "handbook", "description"),
        ("different", "handbook", "tags.By"),
        ("different", "handbook/manuals", "prefix"),
        ("different", "handbook/manuals", "deletion_policy"),
    }
    assert {finding.fix for finding in report.findings} == {"cdktf deploy dev"}


def test_what_cannot_change_is_kept_in_the_file(environment: Environment, ids: Any) -> None:
    agent, base, source = ids
    named = {"knowledgeBaseId": base["knowledgeBaseId"]}
    agent.delete_data_source(**named, dataSourceId=source["dataSourceId"])
    agent.create_data_source(
        **named,
        name=source["name"],
        dataSourceConfiguration=source["dataSourceConfiguration"],
        dataDeletionPolicy="RETAIN",
    )
    [finding] = verify(environment).findings
    assert (finding.resource.key, finding.attribute, finding.actual) == ("handbook/manuals", "chunking", None)
    assert "to keep the data source" in finding.fix


def test_missing(environment: Environment, ids: Any) -> None:
    agent, base, source = ids
    agent.delete_data_source(knowledgeBaseId=base["knowledgeBaseId"], dataSourceId=source["dataSourceId"])
    assert found(verify(environment).findings) == {("missing", "handbook/manuals", None)}
    agent.delete_knowledge_base(knowledgeBaseId=base["knowledgeBaseId"])
    assert found(verify(environment).findings) == {
        ("missing", "handbook", None),
        ("missing", "handbook/manuals", None),
    }
