"""Requests to IAM, KMS, Parameter Store and STS that break the model of their service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3vectors_local.model_constraints import check_input, of_form

_LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [_LAMBDA]})
ROLE = {"RoleName": "app", "AssumeRolePolicyDocument": TRUST}


def with_tags(*tags: dict[str, str]) -> dict[str, Any]:
    return {**ROLE, "Tags": list(tags)}


@pytest.mark.parametrize(
    ("service", "operation", "given", "code", "message"),
    [
        (
            "iam",
            "create_role",
            {},
            "ValidationError",
            "2 validation errors detected: Value null at 'roleName' ",
        ),
        ("iam", "create_role", {**ROLE, "RoleName": "a" * 65}, "ValidationError", "less than or equal to 64"),
        ("iam", "create_role", {**ROLE, "RoleName": "rôle"}, "ValidationError", r"pattern: [\w+=,.@-]+"),
        ("iam", "create_role", {**ROLE, "Path": "team"}, "ValidationError", "Value 'team' at 'path' failed"),
        (
            "iam",
            "create_role",
            {**ROLE, "MaxSessionDuration": 60},
            "ValidationError",
            "Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater "
            "than or equal to 3600",
        ),
        ("iam", "create_role", with_tags({"Key": "a"}), "ValidationError", "null at 'tags.1.member.value'"),
        (
            "iam",
            "create_role",
            with_tags({"Key": "a", "Value": ""}, {"Key": "", "Value": ""}),
            "ValidationError",
            "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater "
            "than or equal to 1",
        ),
        ("iam", "create_open_id_connect_provider", {}, "ValidationError", "Value null at 'url' failed"),
        (
            "kms",
            "describe_key",
            {},
            "ValidationException",
            "1 validation error detected: Value null at 'keyId'",
        ),
        ("kms", "create_key", {"KeySpec": "AES"}, "ValidationException", "Value 'AES' at 'keySpec' failed"),
        ("kms", "encrypt", {"Plaintext": b"a"}, "ValidationException", "Value null at 'keyId' failed"),
        ("ssm", "get_parameter", {"Name": None}, "ValidationException", "Value null at 'name' failed"),
        ("ssm", "get_parameters_by_path", {}, "ValidationException", "Value null at 'path' failed"),
        (
            "sts",
            "assume_role_with_web_identity",
            {"RoleArn": f"arn:aws:iam::{'1' * 12}:role/a", "RoleSessionName": "ab", "WebIdentityToken": ""},
            "ValidationError",
            "Value '' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater",
        ),
    ],
)
def test_refused(
    client: Callable[..., Any], service: str, operation: str, given: Any, code: str, message: str
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(client(service), operation)(**given)
    answer = error.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (400, code)
    assert message in answer["Error"]["Message"]


def test_a_form_is_read_as_the_model_has_it() -> None:
    form = {
        "RoleName": "app",
        "MaxSessionDuration": "3600",
        "Tags.member.2.Key": "b",
        "Tags.member.2.Value": "",
        "Tags.member.1.Key": "a",
        "Action": "CreateRole",
    }
    tags = [{"Key": "a"}, {"Key": "b", "Value": ""}]
    expected = {"RoleName": "app", "MaxSessionDuration": 3600, "Tags": tags}
    assert of_form("iam", "CreateRole", form) == expected
    assert of_form("sts", "AssumeRole", {"PolicyArns": "", "DurationSeconds": "x"}) == {"PolicyArns": []}
    assert of_form("iam", "SetDefaultPolicyVersion", {"SetAsDefault": "true"}) == {}
    assert of_form("iam", "CreatePolicyVersion", {"SetAsDefault": "true"}) == {"SetAsDefault": True}
    assert of_form("sts", "NoSuchOperation", {"A": "b"}) == {}


def test_what_the_model_does_not_know_is_not_checked() -> None:
    check_input("iam", "NoSuchOperation", {})
    check_input("sts", "GetCallerIdentity", {"More": "of it"})
