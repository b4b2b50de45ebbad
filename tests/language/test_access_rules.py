"""Rules on roles by tables: what is refused, and what people write that is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.language.projects import SOUND, project
from vectorform import language

GITHUB = "token.actions.githubusercontent.com"
ARN = "arn:{partition}:s3vectors:{region}:{account_id}:"


def rules(root: Path, role: dict[str, Any], **entry: Any) -> list[str]:
    """The ids of what is wrong with an access entry that has this role."""
    own = {"search": {**entry, "role": role}}
    text = f"{SOUND}access: {json.dumps(own)}\n"
    return [problem.rule for problem in language.check("dev", project(root, dev=text)).problems]


def of_statement(root: Path, **statement: Any) -> list[str]:
    """The same of a statement; what is left out is right."""
    found = {"actions": ["sqs:SendMessage"], "resources": ["*"], **statement}
    kept = {key: value for key, value in found.items() if value is not None}
    return rules(root, {"trusted_services": ["lambda.amazonaws.com"], "statements": [kept]})


@pytest.mark.parametrize(
    "provider, subject",
    [
        (GITHUB, "repo:example/search:ref:refs/heads/main"),
        (GITHUB, "repo:example/*"),
        (GITHUB, "repo:example/search:*"),
        (GITHUB, "repository_owner:example"),
        (GITHUB, "environment:prod:repo:example/search"),
        (f"{GITHUB}/example", "repo:example/search:*"),
        ("gitlab.com", "project_path:example/search:ref_type:branch:ref:main"),
        ("gitlab.com", "project_path:example/*:ref_type:branch:ref:main"),
        ("gitlab.example.com", "project_path:*:ref_type:branch:ref:main"),
        ("app.terraform.io", "organization:example:project:*:workspace:*:run_phase:*"),
        ("agent.buildkite.com", "organization:example:pipeline:search:*"),
        ("oidc.eks.eu-west-1.amazonaws.com/id/ABC", "system:serviceaccount:search:api"),
        ("oidc.circleci.com/org/0123", "org/0123/project/*"),
    ],
)
def test_subjects_of_somebody(tmp_path: Path, provider: str, subject: str) -> None:
    oidc = {"provider": provider, "subjects": [subject], "audiences": ["sts.amazonaws.com"]}
    assert rules(tmp_path, {"oidc": oidc}) == []


@pytest.mark.parametrize(
    "provider, subject, rule",
    [
        (GITHUB, "*", "VF530"),
        (GITHUB, "repo:*", "VF530"),
        (GITHUB, "repo:*/*:ref:refs/heads/main", "VF530"),
        (GITHUB, "repo:*/search:*", "VF530"),
        (GITHUB, "repo:example*/search:*", "VF530"),
        (GITHUB, "r*", "VF530"),
        (GITHUB, "*:environment:prod", "VF530"),
        (GITHUB, "repo:search:environment:prod", "VF531"),
        (GITHUB, "example/search", "VF531"),
        ("gitlab.com", "project_path:*:ref_type:branch:ref:main", "VF530"),
        ("app.terraform.io", "organization:*:project:*", "VF530"),
        ("agent.buildkite.com", "organization:*:pipeline:search:*", "VF530"),
        ("login.example.com", "*", "VF530"),
    ],
)
def test_subjects_of_everybody(tmp_path: Path, provider: str, subject: str, rule: str) -> None:
    oidc = {"provider": provider, "subjects": [subject], "audiences": ["sts.amazonaws.com"]}
    assert rules(tmp_path, {"oidc": oidc}) == [rule]


@pytest.mark.parametrize(
    "provider",
    [
        f"https://{GITHUB}",
        f"{GITHUB}/",
        f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}",
        "github",
        "github.com",
    ],
)
def test_providers_that_are_none(tmp_path: Path, provider: str) -> None:
    oidc = {"provider": provider, "subjects": ["repo:example/search:*"], "audiences": ["sts.amazonaws.com"]}
    assert rules(tmp_path, {"oidc": oidc}) == ["VF532"]


@pytest.mark.parametrize(
    "statement",
    [
        {"actions": ["bedrock:InvokeModel*", "bedrock:Retrieve"]},
        {"actions": ["logs:CreateLogStream", "LOGS:PutLogEvents", "s3:Get*", "xray:Put*"]},
        {"actions": ["*"], "effect": "Deny"},
        {"actions": ["s3vectors:QueryVectors"], "resources": [f"{ARN}bucket/x/index/*"]},
        {"actions": ["s3vectors:QueryVectors", "s3vectors:GetVectorBucket"], "resources": [f"{ARN}bucket/x*"],
         "conditions": {"StringEquals": {"aws:ResourceTag/Team": "a"}}},
        {"actions": ["s3vectors:ListVectorBuckets"]},
        {"actions": ["s3vectors:*"], "resources": [f"{ARN}bucket/x", f"{ARN}bucket/x/index/*"]},
        {"actions": ["kms:Decrypt"],
         "conditions": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}},
        {"resources": ["arn:aws:s3:::bucket/*", "arn:*:sqs:*:*:jobs"]},
        {"actions": ["iam:PassRole"], "conditions": {"StringLike": {"iam:PassedToService": ["ecs*"]}}},
        {"conditions": {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}},
    ],
)  # fmt: skip
def test_statements_that_are_right(tmp_path: Path, statement: dict[str, Any]) -> None:
    assert of_statement(tmp_path, **statement) == []


@pytest.mark.parametrize(
    "statement, rule",
    [
        ({"resources": None}, "VF540"),
        ({"actions": None}, "VF540"),
        ({"not_actions": ["s3:*"]}, "VF540"),
        ({"actions": ["bedrock-agent-runtime:Retrieve"]}, "VF541"),
        ({"actions": ["InvokeModel"]}, "VF541"),
        ({"actions": ["s3vector:QueryVectors"]}, "VF541"),
        ({"actions": ["s3vectors:SearchVectors"]}, "VF542"),
        ({"actions": ["s3vectors:PutVector"]}, "VF542"),
        ({"actions": ["s3:ListObjectsV2"]}, "VF542"),
        ({"actions": ["dynamodb:Frobnicate*"]}, "VF543"),
        ({"resources": ["arn:aws:sqs"]}, "VF544"),
        ({"resources": ["arn:aws-cn:sqs:{region}:{account_id}:jobs"]}, "VF544"),
        ({"actions": ["s3vectors:GetVectors"], "resources": [f"{ARN}bucket/x/indexes/y"]}, "VF545"),
        ({"actions": ["s3vectors:GetVectors"], "resources": [f"{ARN}x/index/y"]}, "VF545"),
        ({"actions": ["s3vectors:GetVectors"], "resources": [f"{ARN}bucket/x/index/y/vector/*"]}, "VF545"),
        ({"actions": ["s3vectors:GetVectors"], "resources": ["arn:aws:s3vector:::bucket/x"]}, "VF545"),
        ({"actions": ["s3vectors:GetVectors"], "resources": [f"{ARN}bucket/x"]}, "VF546"),
        ({"actions": ["s3vectors:ListIndexes"], "resources": [f"{ARN}bucket/x/index/*"]}, "VF546"),
        ({"actions": ["s3vectors:*"]}, "VF547"),
        ({"actions": ["s3vectors:GetVectors"], "resources": [f"{ARN}bucket/*"]}, "VF547"),
        ({"conditions": {"StringIs": {"aws:PrincipalTag/a": "b"}}}, "VF620"),
        ({"conditions": {"StringEquals": {"aws:PrincipalTags/a": "b"}}}, "VF622"),
        ({"conditions": {"StringEquals": {"kmss:ViaService": "b"}}}, "VF621"),
        ({"conditions": {"StringEquals": {"aws:SourceVpce": "vpc-1"}}}, "VF632"),
    ],
)  # fmt: skip
def test_statements_that_are_not(tmp_path: Path, statement: dict[str, Any], rule: str) -> None:
    assert of_statement(tmp_path, **statement) == [rule]


def test_a_sid_that_a_derived_statement_has(tmp_path: Path) -> None:
    statement = {"sid": "Own", "actions": ["sqs:SendMessage"], "resources": ["*"]}
    role = {"trusted_services": ["lambda.amazonaws.com"], "statements": [statement, statement]}
    assert rules(tmp_path, role) == ["VF406"]


@pytest.mark.parametrize(
    "actions, rule",
    [
        (["s3vectors:QueryVector"], "VF601"),
        (["bedrock:InvokeModel"], "VF601"),
        (["s3vectors:ListVectorBuckets"], "VF602"),
        (["s3vectors:Query*"], ""),
    ],
)
def test_actions_of_an_entry(tmp_path: Path, actions: list[str], rule: str) -> None:
    role = {"trusted_services": ["lambda.amazonaws.com"]}
    found = rules(tmp_path, role, actions=actions, grants=[{"bucket": "main"}])
    assert found == ([rule] if rule else [])


def test_sizes(tmp_path: Path) -> None:
    trusted = [f"arn:aws:iam::123456789012:role/{'x' * 50}-{number}" for number in range(60)]
    service = {"trusted_services": ["lambda.amazonaws.com"]}
    policies = [f"arn:aws:iam::123456789012:policy/p-{number}" for number in range(21)]
    wide = {
        "actions": ["sqs:SendMessage"],
        "resources": [f"arn:aws:sqs:::{'q' * 40}-{n}" for n in range(200)],
    }
    statement = {"effect": "Deny", "principals": {"AWS": trusted * 5}, "actions": ["s3vectors:DeleteVectors"]}
    sizes = {
        "VF520": {**service, "statements": [wide]},
        "VF521": {"trusted_principals": trusted},
        "VF522": {"trusted_principals": trusted[:30]},
        "VF523": {**service, "managed_policies": policies},
        "VF524": {**service, "managed_policies": policies[:11]},
    }
    for number, (rule, role) in enumerate(sizes.items()):
        assert rules(tmp_path / str(number), role) == [rule]
    policy = f"    policy: {json.dumps({'statements': [statement]})}\n"
    text = SOUND.replace("  main:\n", f"  main:\n{policy}")
    found = language.check("dev", project(tmp_path, dev=text)).problems
    assert [problem.rule for problem in found] == ["VF412"], found
