"""`protection_lifted_by` and the guardrail under roles: what AWS then lets the pipeline do, and others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LOCAL_CREDENTIAL, LocalAws
from tests.language.projects import project
from tests.nursery import local_aws
from vectorform import language
from vectorform.desired.model import Environment
from vectorform.desired.permissions import deployer, guardrail
from vectorform.desired.policies import bucket_policy

BUCKET = "search-documents-prod"
ACCOUNT = "123456789012"
CONFIG = f"""\
project: search
account_id: "{ACCOUNT}"
regions: [eu-west-1]
protection_lifted_by:
  - "arn:aws:iam::{{account_id}}:role/lifter"
  - "arn:aws:iam::{{account_id}}:role/*/sso-admin"
vector_buckets:
  documents:
    indexes: {{pages: {{dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}}}}
access:
  application:
    permissions: read
    grants: [{{bucket: documents}}]
    role: {{trusted_services: [lambda.amazonaws.com]}}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with local_aws(account_id=ACCOUNT) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return language.load("prod", project(tmp_path, prod=CONFIG))


def client(aws: LocalAws, service: str, **credentials: str) -> Any:
    credentials = credentials or {
        "aws_access_key_id": LOCAL_CREDENTIAL,
        "aws_secret_access_key": LOCAL_CREDENTIAL,
    }
    return boto3.Session().client(service, "eu-west-1", endpoint_url=aws.endpoint, **credentials)


Assume = Callable[..., Any]


@pytest.fixture
def assume(aws: LocalAws) -> Iterator[Assume]:
    """S3 Vectors under a new role: `assume("name", policy, ...)`."""
    iam, made = client(aws, "iam"), []

    def make(name: str, *policies: dict[str, Any], path: str = "/") -> Any:
        trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": trust})
        role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=document)["Role"]
        made.append((name, [str(number) for number, _ in enumerate(policies)]))
        for number, policy in enumerate(policies):
            iam.put_role_policy(RoleName=name, PolicyName=str(number), PolicyDocument=json.dumps(policy))
        keys = client(aws, "sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
        return client(
            aws,
            "s3vectors",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    yield make
    for name, policies in made:
        for policy in policies:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        iam.delete_role(RoleName=name)


def text_of(environment: Environment) -> str:
    home = environment.home
    return json.dumps(bucket_policy(environment, home, home.vector_buckets[0]))


def unprotected(environment: Environment) -> str:
    bucket = replace(environment.home.vector_buckets[0], deletion_protection=False)
    home = replace(environment.home, vector_buckets=(bucket,))
    return json.dumps(bucket_policy(environment, home, bucket))


def test_the_pipeline_makes_everything_and_lifts_nothing(
    aws: LocalAws, assume: Assume, environment: Environment
) -> None:
    pipeline = assume("pipeline", deployer(environment))
    pipeline.create_vector_bucket(vectorBucketName=BUCKET)
    pipeline.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=text_of(environment))
    pipeline.create_index(
        vectorBucketName=BUCKET, indexName="pages", dataType="float32", dimension=4, distanceMetric="cosine"
    )
    assert pipeline.get_vector_bucket_policy(vectorBucketName=BUCKET)["policy"] == text_of(environment)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    allowed = {"Version": "2012-10-17", "Statement": everything}
    root, admin = client(aws, "s3vectors"), assume("admin", allowed)
    for refused in (pipeline, admin, root):
        with pytest.raises(ClientError, match=r"PutVectorBucketPolicy .* with an explicit deny"):
            refused.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=unprotected(environment))
        with pytest.raises(ClientError, match=r"DeleteVectorBucketPolicy .* with an explicit deny"):
            refused.delete_vector_bucket_policy(vectorBucketName=BUCKET)
        with pytest.raises(ClientError, match=r"DeleteIndex .* with an explicit deny"):
            refused.delete_index(vectorBucketName=BUCKET, indexName="pages")
    for number, lifter in enumerate((assume("lifter", allowed), assume("sso-admin", allowed, path="/sso/"))):
        with pytest.raises(ClientError, match=r"DeleteIndex .* with an explicit deny"):
            lifter.delete_index(vectorBucketName=BUCKET, indexName="pages")
        lifter.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=unprotected(environment))
        if number == 0:
            lifter.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=text_of(environment))
    pipeline.delete_index(vectorBucketName=BUCKET, indexName="pages")
    with pytest.raises(ClientError, match=r"DeleteVectorBucketPolicy .* with an explicit deny"):
        pipeline.delete_vector_bucket_policy(vectorBucketName=BUCKET)
    lifter.delete_vector_bucket_policy(vectorBucketName=BUCKET)
    pipeline.delete_vector_bucket(vectorBucketName=BUCKET)


def test_a_lifter_that_was_deleted_is_made_again_under_its_name(
    aws: LocalAws, assume: Assume, environment: Environment
) -> None:
    """The policy names it by ARN, so that a new role of that name is it; neither root nor an admin is."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    allowed = {"Version": "2012-10-17", "Statement": everything}
    pipeline = assume("pipeline", deployer(environment))
    pipeline.create_vector_bucket(vectorBucketName=BUCKET)
    pipeline.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=text_of(environment))
    for refused in (client(aws, "s3vectors"), assume("another-admin", allowed)):
        with pytest.raises(ClientError, match=r"PutVectorBucketPolicy .* with an explicit deny"):
            refused.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=unprotected(environment))
    again = assume("lifter", allowed)
    again.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=unprotected(environment))
    again.delete_vector_bucket_policy(vectorBucketName=BUCKET)
    again.delete_vector_bucket(vectorBucketName=BUCKET)


def test_the_guardrail_says_the_same_before_a_bucket_has_a_policy(
    assume: Assume, environment: Environment
) -> None:
    # The local AWS has no Organizations; a deny binds in the same way wherever it stands.
    rail = guardrail(environment)
    pipeline = assume("pipeline", deployer(environment), rail)
    pipeline.create_vector_bucket(vectorBucketName=BUCKET)
    with pytest.raises(ClientError, match=r"PutVectorBucketPolicy .* with an explicit deny"):
        pipeline.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=text_of(environment))
    lifter = assume("lifter", deployer(environment), rail)
    lifter.put_vector_bucket_policy(vectorBucketName=BUCKET, policy=unprotected(environment))
    lifter.delete_vector_bucket_policy(vectorBucketName=BUCKET)
    pipeline.delete_vector_bucket(vectorBucketName=BUCKET)


def test_the_guardrail_names_no_principal(environment: Environment) -> None:
    (statement,) = guardrail(environment)["Statement"]
    assert "Principal" not in statement
    assert statement["Resource"] == [f"arn:aws:s3vectors:eu-west-1:{ACCOUNT}:bucket/{BUCKET}"]
