"""Policies that AWS refuses, and their neighbours that it takes: put as clients put them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.paths import CASES

CASE_LIST = yaml.safe_load((CASES / "rehearsal" / "aws" / "grammar.yaml").read_text(encoding="utf-8"))
ALLOWED = {"bucket": {"Action": "s3vectors:GetIndex", "Resource": "*"}, "role": {"Action": "sts:AssumeRole"}}
ALLOWED["user"] = {"Action": "s3vectors:GetIndex", "Resource": "*", "Principal": None}
ALLOWED["key"] = {"Action": "kms:*", "Resource": "*"}
CODES = {
    "bucket": "ValidationException",
    "role": "MalformedPolicyDocument",
    "user": "MalformedPolicyDocument",
    "key": "MalformedPolicyDocumentException",
}


@pytest.mark.parametrize("case", CASE_LIST, ids=lambda case: case["name"])
def test_policy(client: Callable[..., Any], s3vectors: Any, bucket: str, case: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, **ALLOWED[case["where"]]}
    statement |= case.get("statement", {})
    written = {element: value for element, value in statement.items() if value is not None}
    text = json.dumps({"Version": "2012-10-17", "Statement": [written]})

    def put() -> None:
        if case["where"] == "bucket":
            s3vectors.put_vector_bucket_policy(vectorBucketName=bucket, policy=text)
        elif case["where"] == "key":
            client("kms").create_key(Policy=text)
        elif case["where"] == "user":
            client("iam").create_user(UserName=case["name"])
            client("iam").put_user_policy(UserName=case["name"], PolicyName="inline", PolicyDocument=text)
        else:
            client("iam").create_role(RoleName=case["name"], AssumeRolePolicyDocument=text)

    if "refused" not in case:
        put()
        return
    with pytest.raises(ClientError) as error:
        put()
    answer = error.value.response
    assert case["refused"] in answer["Error"]["Message"]
    code = CODES[case["where"]]
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


def test_a_refused_trust_changes_nothing(client: Callable[..., Any]) -> None:
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": trust})
    iam.create_role(RoleName="unchanged", AssumeRolePolicyDocument=text)
    wrong = json.dumps({"Version": "2012-10-17", "Statement": {**trust, "Principal": {"AWS": "my-role"}}})
    with pytest.raises(ClientError, match="Invalid principal in policy"):
        iam.update_assume_role_policy(RoleName="unchanged", PolicyDocument=wrong)
    kept = iam.get_role(RoleName="unchanged")["Role"]["AssumeRolePolicyDocument"]
    assert kept["Statement"]["Principal"] == {"AWS": "111122223333"}


def test_nobody_is_locked_out_of_a_key_but_on_request(client: Callable[..., Any]) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    role = {"AWS": "arn:aws:iam::123456789012:role/x"}
    statement = {"Effect": "Allow", "Principal": role, "Action": "kms:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with pytest.raises(ClientError, match="will not allow you to update the key policy in the future"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text)
    assert "role/x" not in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text, BypassPolicyLockoutSafetyCheck=True)
    assert "role/x" in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
