"""What exists and is not in the state: from a report of the verifier and the text of a state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.model import ACCOUNT
from tests.verifier import samples
from vectorform.adoption.unknown import Existing, existing, unknown
from vectorform.desired.model import Encryption, Environment, Role
from vectorform.errors import UserError
from vectorform.verifier import inventory
from vectorform.verifier.report import Finding, RegionReport, Report, Resource

BUCKET = "arn:aws:s3vectors:ap-southeast-2:123456789012:bucket/sample-knowledge"
POLICY = "arn:aws:iam::123456789012:policy/sample-application-dev"
ROLE = Role("sample-application-dev", ("lambda.amazonaws.com",))
INDEX_0 = Existing('aws_s3vectors_index.indexes_knowledge["knowledge/index-0"]', f"{BUCKET}/index/index-0")
VECTOR_BUCKET = Existing('aws_s3vectors_vector_bucket.vector_buckets["knowledge"]', BUCKET)
KEY = Existing('aws_kms_key.encryption_keys["knowledge"]', "key-1")


def desired() -> Environment:
    bucket = samples.bucket(encryption=Encryption("aws:kms", create_key=True))
    access = replace(samples.environment().access[0], role=ROLE)
    return samples.environment(bucket, access=(access,))


def report(environment: Environment, *findings: Finding) -> Report:
    resources = tuple(inventory.inventory(environment, environment.home))
    region = RegionReport(environment.home.name, resources, (), 0.1)
    return Report("dev", ACCOUNT, datetime.now(UTC), (region,), findings, {}, 0.1)


def found(*wrong: tuple[str, str, str | None]) -> dict[str, str]:
    """Address -> identifier, with findings of these resource types: kind, type, attribute."""
    environment = desired()
    resources = list(inventory.inventory(environment, environment.home))

    def of_type(type_: str) -> Resource:
        return next(resource for resource in resources if resource.type == type_)

    findings: list[Any] = [Finding(kind, of_type(type_), "", attribute) for kind, type_, attribute in wrong]
    looked = report(environment, *findings)
    return {
        one.address.partition(".")[2]: one.identifier
        for one in existing(environment, environment.home, looked, lambda alias: "key-1")
    }


EVERYTHING = {
    'encryption_keys["knowledge"]': "key-1",
    'encryption_key_aliases["knowledge"]': "alias/s3vectors/sample-knowledge",
    'vector_buckets["knowledge"]': BUCKET,
    'vector_bucket_policies["knowledge"]': BUCKET,
    'indexes_knowledge["knowledge/index-0"]': f"{BUCKET}/index/index-0",
    'indexes_knowledge["knowledge/index-1"]': f"{BUCKET}/index/index-1",
    'access_policies["application"]': POLICY,
    'access_roles["application"]': "sample-application-dev",
    'access_role_policies["application"]': f"sample-application-dev/{POLICY}",
}


@pytest.mark.parametrize(
    ("wrong", "left_out"),
    [
        ([], []),
        ([("different", "index", "dimension")], []),
        ([("missing", "index", None)], ['indexes_knowledge["knowledge/index-0"]']),
        ([("missing", "bucket policy", None)], ['vector_bucket_policies["knowledge"]']),
        (
            [("missing", "vector bucket", None)],
            [name for name in EVERYTHING if name.startswith(("vector_bucket", "indexes"))],
        ),
        (
            [("missing", "KMS key", None)],
            ['encryption_keys["knowledge"]', 'encryption_key_aliases["knowledge"]'],
        ),
        ([("different", "IAM role", "attached policy")], ['access_role_policies["application"]']),
        (
            [("missing", "IAM policy", None)],
            ['access_policies["application"]', 'access_role_policies["application"]'],
        ),
        (
            [("missing", "IAM role", None)],
            ['access_roles["application"]', 'access_role_policies["application"]'],
        ),
    ],
)
def test_what_exists(wrong: list[tuple[str, str, str | None]], left_out: list[str]) -> None:
    assert found(*wrong) == {name: id_ for name, id_ in EVERYTHING.items() if name not in left_out}


def state(*resources: tuple[str, str, str, dict[str, str]]) -> str:
    """Type, name, key, attributes."""
    entries = [
        {"type": type_, "name": name, "instances": [{"index_key": key, "attributes": attributes}]}
        for type_, name, key, attributes in resources
    ]
    return json.dumps({"version": 4, "resources": entries})


def test_without_a_state_all_of_it_is_unknown() -> None:
    assert unknown([INDEX_0, VECTOR_BUCKET], "\n").adoptable == (INDEX_0, VECTOR_BUCKET)


def test_what_the_state_has_at_another_address_is_known() -> None:
    """A `moved` block of the stack takes it from there to its own."""
    elsewhere = {"index_arn": INDEX_0.identifier}
    known = state(
        ("aws_s3vectors_index", "unprotected_indexes", "knowledge/former", elsewhere),
        ("terraform_data", "home_region", "", {}),
    )
    left = unknown([INDEX_0, VECTOR_BUCKET], known)
    assert (left.adoptable, left.occupied) == ((VECTOR_BUCKET,), ())


def test_what_the_state_has_something_else_for_is_not_adopted_but_told() -> None:
    known = state(("aws_kms_key", "encryption_keys", "knowledge", {"key_id": "key-2"}))
    left = unknown([KEY], known)
    assert (left.adoptable, left.occupied) == ((), ((KEY, "key-2"),))


def test_what_another_stack_manages_is_not_adopted_but_told() -> None:
    other = state(("aws_s3vectors_index", "indexes", "a/b", {"index_arn": INDEX_0.identifier}))
    left = unknown([INDEX_0, VECTOR_BUCKET], "", {"prod": other, "prod-eu-west-1": ""})
    assert left.adoptable == (VECTOR_BUCKET,)
    assert left.elsewhere == ((INDEX_0, "prod"),)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", state(("aws_s3vectors_index", "indexes", "a/b", {})).replace("{}", "null")]
)
def test_what_is_no_state_is_said(text: str) -> None:
    with pytest.raises(UserError, match="the state cannot be read"):
        unknown([INDEX_0], text)
