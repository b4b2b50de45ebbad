"""The step against the local AWS: idempotent, and nothing is called where anything would be refused."""

from __future__ import annotations

import itertools
from typing import Any

import boto3
import pytest

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests import model
from vectorform.desired.model import Environment, Index
from vectorform.errors import UserError
from vectorform.search_settings.step import OPERATIONS, NotSet, Step
from vectorform.verifier.aws import Aws
from vectorform.verifier.verify import verify

_NAMES = (f"search-{number}" for number in itertools.count())
READS = {"GetIndex", "GetVectorBucket"}


def described(*indexes: Index, name: str = "", **values: Any) -> Environment:
    bucket = model.vector_bucket(*indexes, name=name or next(_NAMES), **values)
    return model.environment(model.region(bucket))


def deployed(*indexes: Index, older: LocalAws | None = None, **values: Any) -> Environment:
    """A vector bucket with these indexes in AWS, as Terraform makes them: without any setting."""
    environment = described(*indexes, **values)
    [bucket] = environment.home.vector_buckets
    if older:
        older.older([bucket.name])
    client = boto3.client("s3vectors", region_name="eu-west-1")
    client.create_vector_bucket(vectorBucketName=bucket.name)
    for index in indexes:
        names: Any = {"vectorBucketName": bucket.name, "indexName": index.name}
        client.create_index(**names, dataType="float32", dimension=4, distanceMetric="cosine")
    return environment


def carried_out(environment: Environment) -> tuple[list[str], set[str]]:
    """What the step says, and what it called besides looking."""
    aws = Aws.of(environment, OPERATIONS)
    lines: list[str] = []
    step = Step(environment, environment.home, aws)
    step.set(step.differing(), lines.append)
    return sorted(lines), set(aws.calls) - READS


def test_it_sets_what_differs_and_then_nothing(aws: LocalAws) -> None:
    pages = model.index("pages", index_mode="ENHANCED", text_search={"title": "en", "body": "standard"})
    environment = deployed(pages, model.index("others"), older=aws, default_index_mode="ENHANCED")
    lines, called = carried_out(environment)
    assert lines == [
        "documents [eu-west-1]: default_index_mode CLASSIC -> ENHANCED",
        "documents/pages [eu-west-1]: index_mode CLASSIC -> ENHANCED",
        "documents/pages [eu-west-1]: text_search: added title: en, body: standard; AWS builds it now",
    ]
    assert called == OPERATIONS - READS
    assert carried_out(environment) == ([], set())


def test_the_verifier_sees_what_differs_until_it_is_set(aws: LocalAws) -> None:
    environment = deployed(model.index("pages", text_search={"title": "en"}), default_index_mode="CLASSIC")
    found = {f.attribute: (f.expected, f.actual) for f in verify(environment).findings if f.attribute}
    assert found == {
        "default_index_mode": ("CLASSIC", "ENHANCED"),
        "text_search": ({"title": "en"}, {}),
    }


def test_nothing_is_called_where_anything_would_be_refused(aws: LocalAws) -> None:
    fine = model.index("fine", text_search={"title": "en"})
    environment = deployed(fine, model.index("pages", index_mode="CLASSIC"))
    with pytest.raises(NotSet, match=r"documents/pages \[eu-west-1\]: index_mode: CLASSIC is only for"):
        carried_out(environment)
    [bucket] = environment.home.vector_buckets
    client = boto3.client("s3vectors", region_name="eu-west-1")
    index = client.get_index(vectorBucketName=bucket.name, indexName="fine")["index"]
    assert "metadataConfiguration" not in index


def test_what_is_not_deployed_is_named_with_the_command(aws: LocalAws) -> None:
    with pytest.raises(
        UserError, match=r"documents/pages \[eu-west-1\]: it is not there: cdktf deploy prod"
    ) as e:
        carried_out(described(model.index("pages", index_mode="ENHANCED")))
    assert e.value.exit_code == 2


def test_a_denied_call_is_named_and_what_was_set_stays(aws: LocalAws) -> None:
    environment = deployed(model.index("pages", text_search={"title": "en"}), default_index_mode="ENHANCED")
    aws.inject(Fault(operation="UpdateMetadataConfiguration", kind="deny"))
    with pytest.raises(UserError, match="allow the caller UpdateMetadataConfiguration on it"):
        carried_out(environment)
    aws.clear_faults()
    lines, _ = carried_out(environment)
    assert lines == ["documents/pages [eu-west-1]: text_search: added title: en; AWS builds it now"]


def test_an_older_boto3_cannot(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = deployed(model.index("pages", text_search={"title": "en"}))
    step = Step(environment, environment.home, Aws.of(environment, OPERATIONS))
    wanted = step.differing()
    step._methods.pop("UpdateMetadataConfiguration")
    with pytest.raises(UserError, match="does not know UpdateMetadataConfiguration; pip install"):
        step.set(wanted, print)
