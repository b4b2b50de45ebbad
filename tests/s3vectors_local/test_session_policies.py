"""The policies that limit a session: which STS takes, and a bucket policy that names the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
NO_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/no-such-policy"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/limited"
READER = f"arn:aws:sts::{ACCOUNT}:assumed-role/limited/reader"


def document(**more: Any) -> str:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture(scope="module", autouse=True)
def role(client: Callable[..., Any]) -> Iterator[None]:
    iam = client("iam")
    iam.create_role(RoleName="limited", AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    iam.put_role_policy(RoleName="limited", PolicyName="all", PolicyDocument=document())
    yield
    iam.delete_role_policy(RoleName="limited", PolicyName="all")
    iam.delete_role(RoleName="limited")


@pytest.fixture
def session(client: Callable[..., Any]) -> Callable[..., Any]:
    def assume(name: str = "reader", **more: Any) -> Any:
        made = client("sts").assume_role(RoleArn=ROLE, RoleSessionName=name, **more)["Credentials"]
        return client(
            "s3vectors",
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
        )

    return assume


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ({"Policy": document(Action="GetIndex")}, "MalformedPolicyDocument", "prefaced by a vendor"),
        (
            {"Policy": document(Resource="docs")},
            "MalformedPolicyDocument",
            'docs must be in ARN format or "*"',
        ),
        (
            {"Policy": document(Condition={"Is": {"a:b": "c"}})},
            "MalformedPolicyDocument",
            "Invalid Condition type : Is.",
        ),
        ({"Policy": document(Sid="x" * 2_048)}, "PackedPolicyTooLarge", "% of allotted space"),
        ({"PolicyArns": [{"arn": NO_POLICY}]}, "ValidationError", f"{NO_POLICY} does not exist"),
        ({"PolicyArns": [{"arn": NO_POLICY}] * 11}, "ValidationError", "at most 10 managed session policies"),
    ],
    ids=["action", "resource", "operator", "length", "managed", "eleven"],
)
def test_what_is_refused(session: Callable[..., Any], more: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(ClientError) as error:
        session(**more)
    assert error.value.response["Error"]["Code"] == code
    assert message in error.value.response["Error"]["Message"]


def test_what_is_taken(session: Callable[..., Any]) -> None:
    """Without a version too, with a number that has no quotes, with a managed policy of AWS."""
    fresh = {"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}
    unversioned = json.loads(document(Action=["s3vectors:List*", "kms:*"], Condition=fresh))
    del unversioned["Version"]
    session(Policy=json.dumps(unversioned))
    session(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}])


@pytest.mark.parametrize(
    ("principal", "reached"), [(READER, True), (ROLE, False), (ROLE.replace("limited", "other"), False)]
)
def test_a_bucket_policy_that_names_the_session_is_not_limited(
    s3vectors: Any, session: Callable[..., Any], index: dict[str, str], principal: str, reached: bool
) -> None:
    policy = json.loads(document(Action="s3vectors:GetIndex"))
    policy["Statement"]["Principal"] = {"AWS": principal}
    s3vectors.put_vector_bucket_policy(vectorBucketName=index["vectorBucketName"], policy=json.dumps(policy))
    limited = session(Policy=document(Action="s3vectors:ListVectorBuckets"))
    if reached:
        assert limited.get_index(**index)["index"]["indexName"] == index["indexName"]
    else:
        with pytest.raises(ClientError, match="no session policy allows the s3vectors:GetIndex"):
            limited.get_index(**index)


def test_root_assumes_no_role(client: Callable[..., Any]) -> None:
    """That which its ARN names; a made-up key is whoever works at this machine."""
    arn = f"arn:aws:iam::{ACCOUNT}:root"
    root = client("sts", aws_access_key_id=arn, aws_secret_access_key="any")
    assert root.get_caller_identity()["Arn"] == arn
    assert client("s3vectors", aws_access_key_id=arn, aws_secret_access_key="any").list_vector_buckets()
    with pytest.raises(ClientError, match="Roles may not be assumed by root accounts") as error:
        root.assume_role(RoleArn=ROLE, RoleSessionName="reader")
    assert error.value.response["Error"]["Code"] == "AccessDenied"


def test_a_federated_user_is_a_principal_of_its_own(
    client: Callable[..., Any], s3vectors: Any, index: dict[str, str]
) -> None:
    """With its own kind in aws:PrincipalType, and not limited by its policy where a policy names it."""
    sts = client("sts")
    policy = json.loads(
        document(
            Action="s3vectors:GetIndex",
            Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/app"},
            Condition={"StringEquals": {"aws:PrincipalType": "FederatedUser"}},
        )
    )
    s3vectors.put_vector_bucket_policy(vectorBucketName=index["vectorBucketName"], policy=json.dumps(policy))
    for name in ("app", "other"):
        answer = sts.get_federation_token(Name=name, Policy=document(Action="s3vectors:ListVectorBuckets"))
        made = answer["Credentials"]
        keys = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }
        federated = client("s3vectors", **keys)
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
            client("sts", **keys).assume_role(RoleArn=ROLE, RoleSessionName="reader")
        if name == "app":
            assert federated.get_index(**index)
        else:
            with pytest.raises(ClientError, match="no session policy allows the s3vectors:GetIndex"):
                federated.get_index(**index)
