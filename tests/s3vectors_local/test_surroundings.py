"""Requests through VPC endpoints and from services of AWS, and the policies that tell them apart."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from s3vectors_local.surroundings import on_behalf_of, through_vpc_endpoint
from tests.s3vectors_local.conftest import own_client
from tests.s3vectors_local.test_sessions import ACCOUNT, code_of, credentials

NUMBERS = itertools.count()
ENDPOINT, VPC = "vpce-0123456789abcdef0", "vpc-0123456789abcdef0"
FUNCTION = f"arn:aws:lambda:ap-southeast-2:{ACCOUNT}:function:search"
LAMBDA = {"aws_access_key_id": "lambda.amazonaws.com", "aws_secret_access_key": "any"}
BEDROCK = {"aws_access_key_id": "bedrock.amazonaws.com", "aws_secret_access_key": "any"}

MakeClient = Callable[..., Any]


@pytest.fixture(scope="session")
def client(aws: LocalAws) -> MakeClient:
    """These tests change what a client sends, so each is one of its own."""
    return functools.partial(own_client, aws)


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deny_others(**conditions: dict[str, Any]) -> str:
    """A bucket policy that denies everybody but those whom `conditions` (operator: key: values) name."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:*", "Resource": "*"}
    return document({**statement, "Condition": conditions})


def role_of(client: MakeClient, trust: dict[str, Any], **more: Any) -> str:
    """A role that may do everything with S3 Vectors; its ARN."""
    iam, name = client("iam"), f"surrounded-{next(NUMBERS)}"
    policy = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": "*"}
    trusted = document({"Effect": "Allow", **trust})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted, **more)["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(policy))
    return str(role["Arn"])


def assume(client: MakeClient, role: str, **more: str) -> dict[str, str]:
    return credentials(client("sts", **more).assume_role(RoleArn=role, RoleSessionName="session"))


def test_everybody_outside_a_vpc_endpoint_is_denied(
    client: MakeClient, s3vectors: Any, index: dict[str, str]
) -> None:
    """But services of AWS, what they call for somebody, and the deployer's role, whatever its session."""
    trust = {"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    application, deployer = role_of(client, trust), role_of(client, trust, Path="/deploy/")
    s3vectors.put_vector_bucket_policy(
        vectorBucketName=index["vectorBucketName"],
        policy=deny_others(
            StringNotEqualsIfExists={"aws:SourceVpce": [ENDPOINT]},
            BoolIfExists={"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
            ArnNotLikeIfExists={"aws:PrincipalArn": [deployer]},
        ),
    )
    inside = assume(client, application)
    assert through_vpc_endpoint(client("s3vectors", **inside), ENDPOINT).get_index(**index)
    assert client("s3vectors", **assume(client, deployer)).get_index(**index)
    outside = client("s3vectors", **inside)
    assert code_of(lambda: outside.get_index(**index)) == "AccessDeniedException"
    other = through_vpc_endpoint(client("s3vectors", **inside), "vpce-0fedcba9876543210")
    assert code_of(lambda: other.get_index(**index)) == "AccessDeniedException"
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        s3vectors.get_index(**index)  # root, too
    s3vectors_of_deployer = client("s3vectors", **assume(client, deployer))
    s3vectors_of_deployer.delete_vector_bucket_policy(vectorBucketName=index["vectorBucketName"])


@pytest.mark.parametrize(
    ("condition", "inside", "outside"),
    [
        ({"StringEquals": {"aws:SourceVpce": ENDPOINT}}, True, False),
        ({"StringNotEquals": {"aws:SourceVpce": ENDPOINT}}, False, True),
        ({"StringEquals": {"aws:SourceVpc": VPC}}, True, False),
        ({"ArnLike": {"aws:SourceVpcArn": f"arn:aws:ec2:*:{ACCOUNT}:vpc/{VPC}"}}, True, False),
        ({"Null": {"aws:SourceVpce": "true"}}, False, True),
        ({"IpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}, True, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, False, True),
    ],
    ids=lambda value: next(iter(next(iter(value.values())))) if isinstance(value, dict) else "",
)
def test_keys_of_the_network(
    client: MakeClient, make_network_user: Callable[..., Any], condition: Any, inside: bool, outside: bool
) -> None:
    """Through an endpoint there is no public address, and without one no endpoint."""
    for allowed, enter in ((inside, True), (outside, False)):
        user = make_network_user(condition)
        if enter:
            through_vpc_endpoint(user, ENDPOINT, VPC)
        if allowed:
            user.list_vector_buckets()
        else:
            assert code_of(user.list_vector_buckets) == "AccessDeniedException"


@pytest.fixture
def make_network_user(client: MakeClient) -> Callable[..., Any]:
    def make(condition: dict[str, Any]) -> Any:
        iam, name = client("iam"), f"network-{next(NUMBERS)}"
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": "*", "Condition": condition}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(statement))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return client(
            "s3vectors",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


def test_a_service_assumes_the_roles_that_trust_it(client: MakeClient) -> None:
    role = role_of(client, {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    session = client("s3vectors", **assume(client, role, **LAMBDA))
    assert session.list_vector_buckets()
    for other in (BEDROCK, {"aws_access_key_id": "anyone", "aws_secret_access_key": "any"}):
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
            assume(client, role, **other)
    account = role_of(client, {"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    with pytest.raises(ClientError, match="because no role trust policy allows"):
        assume(client, account, **LAMBDA)  # an account is nobody but its own principals


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{ACCOUNT}:function:search"}},
        {"Bool": {"aws:PrincipalIsAWSService": "true"}},
        {"StringEquals": {"aws:PrincipalServiceName": "lambda.amazonaws.com"}},
    ],
    ids=lambda condition: next(iter(next(iter(condition.values())))),
)
def test_for_whom_a_service_works(client: MakeClient, condition: dict[str, Any]) -> None:
    trust = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = role_of(client, {**trust, "Condition": condition})
    sts = on_behalf_of(client("sts", **LAMBDA), FUNCTION)
    assert sts.assume_role(RoleArn=role, RoleSessionName="session")
    name = next(iter(condition))
    [(key, _value)] = condition[name].items()
    other = role_of(client, {**trust, "Condition": {name: {key: "arn:aws:lambda:*:1:function:*"}}})
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        sts.assume_role(RoleArn=other, RoleSessionName="session")


def test_a_service_calls_what_a_bucket_policy_opens_to_it(
    client: MakeClient, s3vectors: Any, index: dict[str, str]
) -> None:
    bedrock = client("s3vectors", **BEDROCK)
    assert code_of(lambda: bedrock.get_index(**index)) == "AccessDeniedException"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3vectors:GetIndex",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    s3vectors.put_vector_bucket_policy(vectorBucketName=index["vectorBucketName"], policy=document(statement))
    assert bedrock.get_index(**index)
    elsewhere = on_behalf_of(client("s3vectors", **BEDROCK), "arn:aws:bedrock:us-east-1:210987654321:x/y")
    assert code_of(lambda: elsewhere.get_index(**index)) == "AccessDeniedException"


def test_kms_is_not_called_through_the_endpoint_of_the_caller(client: MakeClient, s3vectors: Any) -> None:
    """S3 Vectors calls KMS for the caller: a key policy that demands the endpoint shuts everybody out."""
    anybody = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    indexing = {**anybody, "Principal": {"Service": "indexing.s3vectors.amazonaws.com"}}
    outside = {
        **anybody,
        "Effect": "Deny",
        "Action": "kms:GenerateDataKey",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": ENDPOINT}},
    }
    allowed = ({"Effect": "Allow", **anybody}, {"Effect": "Allow", **indexing})
    key = client("kms").create_key(Policy=document(*allowed, outside))["KeyMetadata"]["Arn"]
    inside = through_vpc_endpoint(client("s3vectors"), ENDPOINT)
    name = f"surrounded-{next(NUMBERS)}"
    inside.create_vector_bucket(vectorBucketName=name)
    made = {"vectorBucketName": name, "indexName": "docs", "dataType": "float32", "dimension": 2}
    encryption = {"sseType": "aws:kms", "kmsKeyArn": key}
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey"):
        inside.create_index(**made, distanceMetric="cosine", encryptionConfiguration=encryption)
