"""The verifier against a local AWS that was deployed exactly, and then changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from s3vectors_local.process import LocalAws
from tests.verifier import samples
from tests.verifier.deployed import Hands, deploy, unique
from vectorform.desired.model import Environment, PolicyStatement
from vectorform.desired.policies import access_policy, bucket_policy
from vectorform.verifier.report import Finding, Report
from vectorform.verifier.verify import verify

STATEMENT = PolicyStatement(
    "Deny", ("s3vectors:PutVectors",), {"AWS": ("111122223333",)}, sid="NoStrangers", indexes=("index-1",)
)


def deployed(*, policy: bool = False, regions: tuple[str, ...] = ("ap-southeast-2",)) -> Environment:
    statements = (STATEMENT,) if policy else ()
    bucket = samples.bucket(policy_statements=statements, deletion_protection=False, tags={"Team": "search"})
    return deploy(unique(samples.environment(bucket, regions=regions)))


def only(report: Report) -> Finding:
    assert len(report.findings) == 1, report.findings
    return report.findings[0]


def test_what_was_deployed_is_as_the_file_says_in_as_few_calls_as_it_takes(aws: LocalAws) -> None:
    report = verify(deployed(policy=True, regions=("ap-southeast-2", "us-east-1")))
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.calls == {
        "GetCallerIdentity": 1,
        "GetIndex": 4,
        "GetPolicy": 1,
        "GetPolicyVersion": 1,
        "GetVectorBucket": 2,
        "GetVectorBucketPolicy": 2,
        "ListIndexes": 2,
        "ListTagsForResource": 6,
    }
    assert [len(region.checked) for region in report.regions] == [5, 4]
    assert not any(region.unchecked for region in report.regions)


# By hand -> kind, resource type, attribute, in the file, in AWS.
CHANGES: dict[str, tuple[Callable[[Hands], None], tuple[Any, ...]]] = {
    "index deleted": (Hands.delete_index, ("missing", "index", None, None, None)),
    "dimension": (
        lambda hands: hands.recreate_index(dimension=16),
        ("different", "index", "dimension", 8, 16),
    ),
    "distance metric": (
        lambda hands: hands.recreate_index(distance_metric="euclidean"),
        ("different", "index", "distance_metric", "cosine", "euclidean"),
    ),
    "non-filterable keys": (
        lambda hands: hands.recreate_index(non_filterable_metadata_keys=("more", "text")),
        ("different", "index", "non_filterable_metadata_keys", ["text"], ["more", "text"]),
    ),
    "no non-filterable keys": (
        lambda hands: hands.recreate_index(non_filterable_metadata_keys=()),
        ("different", "index", "non_filterable_metadata_keys", ["text"], []),
    ),
    "bucket's tag changed": (
        lambda hands: hands.tag(Team="sales"),
        ("different", "vector bucket", "tags.Team", "search", "sales"),
    ),
    "bucket's tag added": (
        lambda hands: hands.tag(Cost="12"),
        ("different", "vector bucket", "tags.Cost", None, "12"),
    ),
    "index's default tag removed": (
        lambda hands: hands.untag("/index/index-0", "Environment"),
        ("different", "index", "tags.Environment", "dev", None),
    ),
    "IAM policy deleted": (
        lambda hands: hands.iam.delete_policy(PolicyArn=hands.policy),
        ("missing", "IAM policy", None, None, None),
    ),
    "IAM policy's tag": (
        lambda hands: hands.iam.untag_policy(PolicyArn=hands.policy, TagKeys=["Project"]),
        ("different", "IAM policy", "tags.Project", "Sample", None),
    ),
    "unmanaged index": (
        lambda hands: hands.create_index("by-hand"),
        ("unmanaged", "index", None, None, "by-hand"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_hand_is_the_one_finding(change: str, aws: LocalAws) -> None:
    environment = deployed()
    alter, expected = CHANGES[change]
    alter(Hands(environment))
    report = verify(environment)
    finding = only(report)
    found = (finding.kind, finding.resource.type, finding.attribute, finding.expected, finding.actual)
    assert found == expected
    assert finding.fix and finding.resource.source and finding.resource.terraform_address
    assert report.exit_code == (0 if finding.kind == "unmanaged" else 1)


def test_a_missing_bucket_is_one_finding_not_one_per_index(aws: LocalAws) -> None:
    environment = deployed()
    Hands(environment).delete_bucket()
    report = verify(environment)
    finding = only(report)
    assert (finding.kind, finding.resource.type) == ("missing", "vector bucket")
    assert "GetIndex" not in report.calls
    assert not report.regions[0].unchecked


def test_a_bucket_policy_that_lost_a_statement(aws: LocalAws) -> None:
    environment = deployed(policy=True)
    hands = Hands(environment)
    document = bucket_policy(environment, hands.region, hands.bucket)
    other = {**document["Statement"][1], "Action": "s3vectors:GetVectors"}
    hands.put_policy({**document, "Statement": [other]})
    finding = only(verify(environment))
    assert (finding.kind, finding.resource.type, finding.attribute) == (
        "different",
        "bucket policy",
        "policy",
    )
    assert finding.expected == document["Statement"] and finding.actual == [other]


def test_a_bucket_policy_that_was_deleted_is_missing(aws: LocalAws) -> None:
    environment = deployed(policy=True)
    hands = Hands(environment)
    hands.s3vectors.delete_vector_bucket_policy(vectorBucketName=hands.bucket.name)
    finding = only(verify(environment))
    assert (finding.kind, finding.resource.type) == ("missing", "bucket policy")


def test_a_bucket_policy_without_the_denial_is_different(aws: LocalAws) -> None:
    environment = deployed()
    hands = Hands(environment)
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:PutVectors", "Resource": "*"}
    hands.put_policy({"Version": "2012-10-17", "Statement": statement})
    finding = only(verify(environment))
    assert (finding.kind, finding.resource.type, finding.severity) == (
        "different",
        "bucket policy",
        "error",
    )


def test_an_iam_policy_version_of_the_same_meaning_is_fine_and_another_is_not(aws: LocalAws) -> None:
    environment = deployed()
    hands = Hands(environment)
    document = access_policy(environment, environment.access[0])
    backwards = [
        {**statement, "Action": statement["Action"][::-1], "Resource": statement["Resource"][::-1]}
        for statement in document["Statement"][::-1]
    ]
    hands.new_policy_version({**document, "Statement": backwards})
    assert verify(environment).findings == ()
    hands.new_policy_version({**document, "Statement": document["Statement"][:1]})
    finding = only(verify(environment))
    assert (finding.kind, finding.attribute) == ("different", "policy")
    assert finding.expected == document["Statement"][1:] and finding.actual == []


@pytest.mark.parametrize(
    ("unmanaged", "prefixes", "severities"),
    [
        ("warn", (), ["warning", "warning"]),
        ("fail", (), ["error", "error"]),
        ("fail", ("tenant-",), ["error"]),
        ("ignore", (), []),
    ],
)
def test_unmanaged_indexes_count_as_the_bucket_says(
    unmanaged: Any, prefixes: tuple[str, ...], severities: list[str], aws: LocalAws, monkeypatch: Any
) -> None:
    monkeypatch.setattr("vectorform.verifier.region.PAGE_SIZE", 1)  # so that a page holds less than there is
    environment = deployed()
    hands = Hands(environment)
    hands.create_index("tenant-a")
    hands.create_index("by-hand")
    bucket = replace(hands.bucket, unmanaged=unmanaged, unmanaged_ignore_prefixes=prefixes)
    region = replace(environment.home, vector_buckets=(bucket,))
    report = verify(replace(environment, regions=(region,)))
    assert [finding.severity for finding in report.findings] == severities
    assert report.exit_code == (1 if "error" in severities else 0)
    assert report.calls.get("ListIndexes", 0) == (0 if unmanaged == "ignore" else 4)


def test_an_index_of_a_smoke_test_under_way_is_nobody_s_business(aws: LocalAws) -> None:
    environment = deployed()
    Hands(environment).create_index("vectorform-smoke-0000")
    assert verify(environment).findings == ()


def test_only_the_named_region_is_looked_at_and_iam_only_with_the_home_region(aws: LocalAws) -> None:
    environment = deployed(regions=("ap-southeast-2", "us-east-1"))
    Hands(environment).delete_index()
    report = verify(environment, [environment.region("us-east-1")])
    assert (report.findings, [region.region for region in report.regions]) == ((), ["us-east-1"])
    assert "GetPolicy" not in report.calls


def test_the_wrong_account_is_one_finding_and_nothing_is_looked_at(aws: LocalAws) -> None:
    environment = replace(deployed(regions=("ap-southeast-2", "us-east-1")), account_id="999999999999")
    report = verify(environment)
    finding = only(report)
    assert (finding.attribute, finding.expected, finding.actual) == (
        "account_id",
        "999999999999",
        aws.account_id,
    )
    assert report.exit_code == 2
    assert report.calls == {"GetCallerIdentity": 1}
    assert sum(len(region.unchecked) for region in report.regions) == 9


def knows_index_modes(client: Any) -> bool:
    shape = client.meta.service_model.operation_model("GetIndex").output_shape
    return "indexMode" in shape.members["index"].members


def test_the_index_mode_is_checked_where_it_is_set(aws: LocalAws) -> None:
    environment = deployed()
    hands = Hands(environment)
    first, second = hands.bucket.indexes
    found = hands.s3vectors.get_index(indexArn=f"{hands.arn}/index/{first.name}")["index"].get("indexMode")
    # The oldest boto3 that is supported knows no index modes: then it cannot be looked at, which is said.
    assert found == ("ENHANCED" if knows_index_modes(hands.s3vectors) else None)
    for mode, differs in (("ENHANCED", False), ("CLASSIC", True)):
        bucket = replace(hands.bucket, indexes=(replace(first, index_mode=mode), second))
        report = verify(replace(environment, regions=(replace(hands.region, vector_buckets=(bucket,)),)))
        if found is None:
            assert "too old" in only(report).fix
            assert report.exit_code == 2
        elif differs:
            finding = only(report)
            assert (finding.attribute, finding.expected, finding.actual) == ("index_mode", mode, found)
            assert finding.fix == "vectorform search-settings dev --region ap-southeast-2"
        else:
            assert report.findings == ()


def test_progress_ends_at_the_total(aws: LocalAws) -> None:
    seen: list[tuple[str, int, int]] = []
    verify(deployed(), on_progress=lambda *moved: seen.append(moved))
    assert seen[-1] == ("ap-southeast-2", 5, 5)
