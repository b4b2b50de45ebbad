"""What policies allow roles of the same file, in AWS: nothing without the roles' own half."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from tests import model
from tests.verifier.deployed import client, deploy
from vectorform.desired.arns import ROLE_STATEMENTS
from vectorform.desired.model import Encryption, Environment, PolicyStatement, Role
from vectorform.desired.policies import role_policy
from vectorform.verifier.verify import verify

REGION = "eu-west-1"
VECTORS = [{"key": "a", "data": {"float32": [1.0, 0, 0, 0]}}]


def role(name: str, **trust: Any) -> Role:
    return Role(
        name, trusted_services=("lambda.amazonaws.com",), trusted_principals=(model.ACCOUNT,), **trust
    )


def desired(**bucket: Any) -> Environment:
    """Two roles without grants: a bucket policy names the first, and the second trusts the first."""
    token = secrets.token_hex(4)
    reader, indexer = f"reader-{token}", f"indexer-{token}"
    arn = f"arn:aws:iam::{model.ACCOUNT}:role/{reader}"
    statement = PolicyStatement(
        "Allow",
        ("s3vectors:PutVectors", "s3vectors:QueryVectors"),
        {},
        roles=(arn,),
        indexes=("pages",),
        conditions={"StringEquals": {"aws:RequestedRegion": (REGION,)}},
    )
    documents = model.vector_bucket(
        model.index("pages"),
        model.index("images"),
        name=f"documents-{token}",
        policy_statements=(statement,),
        **bucket,
    )
    entries = (
        model.access("reader", policy_name=reader, permissions=None, grants=(), role=role(reader)),
        model.access(
            "indexer",
            policy_name=indexer,
            permissions=None,
            grants=(),
            role=Role(indexer, trusted_roles=(arn,), trusted_actions=("sts:TagSession",)),
        ),
    )
    return model.environment(model.region(documents, name=REGION), access=entries)


def session(environment: Environment) -> boto3.Session:
    """Who the first role is."""
    sts = client("sts", environment.home)
    arn = f"arn:aws:iam::{model.ACCOUNT}:role/{environment.access[0].policy_name}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)


def test_the_policy_within_a_role_has_its_half_and_no_more() -> None:
    environment = desired()
    pages = (
        f"arn:aws:s3vectors:{REGION}:{model.ACCOUNT}:bucket/"
        f"{environment.home.vector_buckets[0].name}/index/pages"
    )
    reader, indexer = environment.access
    assert role_policy(environment, reader)["Statement"] == [
        {
            "Sid": "BucketPolicies",
            "Effect": "Allow",
            "Action": ["s3vectors:PutVectors", "s3vectors:QueryVectors"],
            "Resource": [pages],
            "Condition": {"StringEquals": {"aws:RequestedRegion": [REGION]}},
        },
        {
            "Sid": "AssumeRoles",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Resource": [f"arn:aws:iam::{model.ACCOUNT}:role/{indexer.policy_name}"],
        },
    ]
    assert role_policy(environment, indexer)["Statement"] == []


def test_a_denial_gives_its_role_nothing() -> None:
    environment = desired()
    (bucket,) = environment.home.vector_buckets
    (statement,) = bucket.policy_statements
    denying = PolicyStatement("Deny", statement.actions, {}, roles=statement.roles)
    region = model.region(model.vector_bucket(policy_statements=(denying,)), name=REGION)
    environment = model.environment(region, access=environment.access[:1])
    assert role_policy(environment, environment.access[0])["Statement"] == []


@pytest.mark.parametrize(
    "encryption", [Encryption(), Encryption("aws:kms", create_key=True)], ids=["", "key"]
)
def test_a_role_may_what_another_policy_lets_it_and_nothing_without_its_half(
    aws: LocalAws, encryption: Encryption
) -> None:
    environment = deploy(desired(encryption=encryption))
    assert verify(environment).findings == ()
    reader, indexer = (access.policy_name for access in environment.access)
    name = environment.home.vector_buckets[0].name
    as_reader = session(environment)
    s3vectors: Any = as_reader.client("s3vectors")
    sts = as_reader.client("sts")

    def put(index: str) -> Callable[[], Any]:
        return lambda: s3vectors.put_vectors(vectorBucketName=name, indexName=index, vectors=VECTORS)

    def get() -> Any:
        return s3vectors.get_vectors(vectorBucketName=name, indexName="pages", keys=["a"])

    def assume() -> Any:
        arn = f"arn:aws:iam::{model.ACCOUNT}:role/{indexer}"
        tags: Any = [{"Key": "TenantID", "Value": "acme"}]
        return sts.assume_role(RoleArn=arn, RoleSessionName="indexer", Tags=tags)

    allowed = (put("pages"), assume)
    for call in allowed:
        call()
    for call in (put("images"), get):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()

    iam = client("iam", environment.home)
    iam.delete_role_policy(RoleName=reader, PolicyName=ROLE_STATEMENTS)
    for call in allowed:
        with pytest.raises(ClientError, match="AccessDenied"):
            call()
    assert [finding.attribute for finding in verify(environment).findings] == ["statements"]
    document = json.dumps(role_policy(environment, environment.access[0]))
    iam.put_role_policy(RoleName=reader, PolicyName=ROLE_STATEMENTS, PolicyDocument=document)
    for call in allowed:
        call()
