"""A knowledge base over an index, with a role that may just do what Bedrock needs, and documents in S3."""

from __future__ import annotations

import functools
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from tests.s3vectors_local.conftest import REGION, make_client

ACCOUNT = "123456789012"
MODEL = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.titan-embed-text-v2:0"
KEYS = ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]
_NUMBERS = itertools.count()
Clients = Callable[..., Any]


def role_statements(bucket: str, index_arn: str, model: str = MODEL) -> dict[str, dict[str, Any]]:
    """What Bedrock needs of a role, each action a statement of its own."""
    own_account = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    vectors = ("GetIndex", "GetVectors", "PutVectors", "QueryVectors", "DeleteVectors")
    return {
        "s3:ListBucket": {"Resource": f"arn:aws:s3:::{bucket}", "Condition": own_account},
        "s3:GetObject": {"Resource": f"arn:aws:s3:::{bucket}/*", "Condition": own_account},
        "bedrock:InvokeModel": {"Resource": model},
        **{f"s3vectors:{name}": {"Resource": index_arn} for name in vectors},
    }


@dataclass(frozen=True)
class Handbook:
    """A knowledge base with one data source, and the ways to it."""

    clients: Clients
    bucket: str
    index_arn: str
    role: str
    id: str
    source: str

    def put(self, key: str, text: str) -> None:
        self.clients("s3", "us-east-1").put_object(Bucket=self.bucket, Key=key, Body=text.encode())

    def remove(self, key: str) -> None:
        self.clients("s3", "us-east-1").delete_object(Bucket=self.bucket, Key=key)

    def allow(self, *without: str) -> None:
        """Give the role all that it needs, but for some actions."""
        allow_role(self.clients, self.role, self.bucket, self.index_arn, *without)

    def sync(self) -> dict[str, Any]:
        """An ingestion job, when it is over."""
        agent = self.clients("bedrock-agent")
        job = agent.start_ingestion_job(knowledgeBaseId=self.id, dataSourceId=self.source)["ingestionJob"]
        assert job["status"] == "STARTING"
        return self.ended(job["ingestionJobId"])

    def ended(self, job: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.clients("bedrock-agent").get_ingestion_job(
                knowledgeBaseId=self.id, dataSourceId=self.source, ingestionJobId=job
            )["ingestionJob"]
            if found["status"] in ("COMPLETE", "FAILED", "STOPPED"):
                return found
            time.sleep(0.02)
        raise AssertionError(f"the job {job} does not end")

    def retrieve(self, text: str, **options: Any) -> list[dict[str, Any]]:
        search = {"retrievalConfiguration": {"vectorSearchConfiguration": options}} if options else {}
        answer = self.clients("bedrock-agent-runtime").retrieve(
            knowledgeBaseId=self.id, retrievalQuery={"text": text}, **search
        )
        found: list[dict[str, Any]] = answer["retrievalResults"]
        return found

    def vectors(self) -> list[dict[str, Any]]:
        pages = self.clients("s3vectors").get_paginator("list_vectors")
        found = pages.paginate(indexArn=self.index_arn, returnMetadata=True)
        return [vector for page in found for vector in page["vectors"]]


def allow_role(clients: Clients, role: str, bucket: str, index_arn: str, *without: str) -> None:
    statements = [
        {"Effect": "Allow", "Action": action, **statement}
        for action, statement in role_statements(bucket, index_arn).items()
        if action not in without
    ]
    clients("iam", "us-east-1").put_role_policy(
        RoleName=role,
        PolicyName="bedrock",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )


def trust(region: str = REGION) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{region}:{ACCOUNT}:knowledge-base/*"},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="session")
def client(aws: LocalAws) -> Clients:
    """These tests ask for hundreds, and each takes 20 ms to make: they share them, and change none."""
    return functools.cache(functools.partial(make_client, aws))


@pytest.fixture
def make_role(client: Clients) -> Callable[..., str]:
    """The name of a new role that Bedrock may assume."""

    def make(document: str = "") -> str:
        name = f"handbook-{next(_NUMBERS)}"
        client("iam", "us-east-1").create_role(RoleName=name, AssumeRolePolicyDocument=document or trust())
        return name

    return make


@pytest.fixture
def knowledge_base_request(
    client: Clients, make_index: Callable[..., dict[str, str]], make_role: Callable[..., str]
) -> Callable[..., dict[str, Any]]:
    """What CreateKnowledgeBase takes; its role may do everything with its index."""

    def make(
        dimension: int = 1024, keys: list[str] | None = None, metric: str = "cosine", **more: Any
    ) -> dict[str, Any]:
        metadata = {"nonFilterableMetadataKeys": KEYS if keys is None else keys}
        given = {"metadataConfiguration": metadata} if metadata["nonFilterableMetadataKeys"] else {}
        index = make_index(dimension, metric, **given)
        arn = client("s3vectors").get_index(**index)["index"]["indexArn"]
        role = make_role()
        allow_role(client, role, "*", arn)
        return {
            "name": role,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
            "knowledgeBaseConfiguration": {
                "type": "VECTOR",
                "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": MODEL},
            },
            "storageConfiguration": {"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": arn}},
            **more,
        }

    return make


@pytest.fixture
def make_handbook(
    client: Clients, knowledge_base_request: Callable[..., dict[str, Any]]
) -> Callable[..., Handbook]:
    """A knowledge base with a data source; `source` is laid over what CreateDataSource takes."""

    def make(
        source: dict[str, Any] | None = None, prefix: str | None = None, **knowledge_base: Any
    ) -> Handbook:
        asked = knowledge_base_request(**knowledge_base)
        bucket = f"example-manuals-{next(_NUMBERS)}"
        client("s3", "us-east-1").create_bucket(Bucket=bucket)
        arn = asked["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"]
        role = asked["name"]
        allow_role(client, role, bucket, arn)
        agent = client("bedrock-agent")
        made = agent.create_knowledge_base(**asked)["knowledgeBase"]["knowledgeBaseId"]
        s3 = {"bucketArn": f"arn:aws:s3:::{bucket}", **({"inclusionPrefixes": [prefix]} if prefix else {})}
        found = agent.create_data_source(
            **{
                "knowledgeBaseId": made,
                "name": "manuals",
                "dataSourceConfiguration": {"type": "S3", "s3Configuration": s3},
                **(source or {}),
            }
        )
        return Handbook(client, bucket, arn, role, made, found["dataSource"]["dataSourceId"])

    return make


@pytest.fixture
def handbook(make_handbook: Callable[..., Handbook]) -> Handbook:
    return make_handbook()


def refusal(call: Callable[..., Any], **members: Any) -> str:
    """`Code: message` of the error that a call must end with."""
    with pytest.raises(ClientError) as error:
        call(**members)
    answer = error.value.response["Error"]
    return f"{answer['Code']}: {answer['Message']}"
