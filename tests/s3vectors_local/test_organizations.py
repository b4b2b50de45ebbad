"""The organization of the account: only who and what is in the account has its condition keys."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from tests.nursery import local_aws

ORGANIZATION = "o-exampleorgid"
DENY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3vectors:QueryVectors",
        "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}},
    },
}


def client(aws: LocalAws) -> Any:
    keys = aws.environment()
    return boto3.client(
        "s3vectors",
        region_name="eu-west-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.mark.parametrize("organization", [ORGANIZATION, "o-anotherorgid"])
def test_a_deny_for_everybody_outside(organization: str) -> None:
    with local_aws(organization=organization) as aws:
        s3vectors = client(aws)
        index = {"vectorBucketName": "documents", "indexName": "pages"}
        s3vectors.create_vector_bucket(vectorBucketName="documents")
        s3vectors.create_index(**index, dimension=2, distanceMetric="cosine", dataType="float32")
        s3vectors.put_vector_bucket_policy(vectorBucketName="documents", policy=json.dumps(DENY))
        query = {"queryVector": {"float32": [1.0, 0.5]}, "topK": 1}
        if organization == ORGANIZATION:
            assert s3vectors.query_vectors(**index, **query)["vectors"] == []
        else:
            with pytest.raises(ClientError, match="explicit deny"):
                s3vectors.query_vectors(**index, **query)


def test_what_is_no_id_is_refused() -> None:
    command = [sys.executable, "-m", "s3vectors_local", "--organization", "example"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2 and "is not an organization ID" in done.stderr
