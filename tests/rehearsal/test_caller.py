"""Who deploys in a rehearsal, and that it is let in."""

from __future__ import annotations

import json

import boto3
import pytest

from tests import model
from tests.nursery import local_aws
from vectorform.desired.model import AccessFrom, Environment, Provider
from vectorform.desired.policies import bucket_policy
from vectorform.errors import UserError
from vectorform.rehearsal import beforehand
from vectorform.rehearsal.caller import refuse_shut_out
from vectorform.rehearsal.inventory import existing

ENDPOINTS = ("vpce-0123456789abcdef0",)
ROOT = f"arn:aws:iam::{model.ACCOUNT}:root"
DEPLOYER = Provider(assume_role=f"arn:aws:iam::{model.ACCOUNT}:role/deployer", external_id="of-the-account")


def environment(*excepted: str, **values: object) -> Environment:
    bucket = model.vector_bucket(model.index(), access_from=AccessFrom(ENDPOINTS, excepted=excepted))
    return model.environment(model.region(bucket), **values)


def test_who_would_be_shut_out_is_told_before_anything_is_deployed() -> None:
    with pytest.raises(
        UserError, match=r"documents: a rehearsal deploys as .*:root, which access_from shuts"
    ):
        refuse_shut_out(environment(f"arn:aws:iam::{model.ACCOUNT}:role/verifier"))
    refuse_shut_out(environment(ROOT))
    refuse_shut_out(environment(provider=DEPLOYER))
    refuse_shut_out(model.environment(model.region(model.vector_bucket(model.index()))))


def test_what_exists_is_looked_at_by_who_is_let_in() -> None:
    desired = environment(provider=DEPLOYER)
    with local_aws() as aws:
        beforehand.make(desired, aws)
        keys = aws.environment()
        client = boto3.client(
            "s3vectors",
            region_name=desired.home.name,
            endpoint_url=aws.endpoint,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        client.create_vector_bucket(vectorBucketName="documents")
        policy = bucket_policy(desired, desired.home, desired.home.vector_buckets[0])
        client.put_vector_bucket_policy(vectorBucketName="documents", policy=json.dumps(policy))
        with pytest.raises(client.exceptions.AccessDeniedException):
            client.get_vector_bucket(vectorBucketName="documents")
        assert [thing.name for thing in existing(desired, aws)][:2] == ["documents", "documents"]
