"""Knowledge bases and data sources: what may be made, changed and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.s3vectors_local.bedrock.conftest import ACCOUNT, MODEL, Handbook, allow_role, refusal, trust
from tests.s3vectors_local.conftest import REGION

Requests = Callable[..., dict[str, Any]]


@pytest.fixture
def agent(client: Callable[..., Any]) -> Any:
    return client("bedrock-agent")


def test_life_of_a_knowledge_base(agent: Any, knowledge_base_request: Requests) -> None:
    asked = knowledge_base_request(description="All manuals", tags={"team": "docs"})
    made = agent.create_knowledge_base(**asked)["knowledgeBase"]
    name = made["knowledgeBaseId"]
    assert (made["status"], len(name)) == ("CREATING", 10)
    assert made["knowledgeBaseArn"] == f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base/{name}"
    found = agent.get_knowledge_base(knowledgeBaseId=name)["knowledgeBase"]
    assert found["status"] == "ACTIVE"
    assert {key: found[key] for key in asked if key != "tags"} == {
        k: v for k, v in asked.items() if k != "tags"
    }
    unchanged = {key: asked[key] for key in ("roleArn", "knowledgeBaseConfiguration", "storageConfiguration")}
    changed = agent.update_knowledge_base(knowledgeBaseId=name, name=f"{asked['name']}-2", **unchanged)
    assert changed["knowledgeBase"]["status"] == "UPDATING"
    [summary] = [
        each
        for each in agent.list_knowledge_bases(maxResults=1000)["knowledgeBaseSummaries"]
        if each["knowledgeBaseId"] == name
    ]
    assert (summary["name"], summary["status"], "description" in summary) == (
        f"{asked['name']}-2",
        "ACTIVE",
        False,
    )
    assert agent.delete_knowledge_base(knowledgeBaseId=name)["status"] == "DELETING"
    assert "ResourceNotFoundException" in refusal(agent.get_knowledge_base, knowledgeBaseId=name)


def test_tags(agent: Any, knowledge_base_request: Requests) -> None:
    made = agent.create_knowledge_base(**knowledge_base_request(tags={"team": "docs", "cost": "1"}))
    arn = made["knowledgeBase"]["knowledgeBaseArn"]
    agent.tag_resource(resourceArn=arn, tags={"cost": "2"})
    agent.untag_resource(resourceArn=arn, tagKeys=["team", "absent"])
    assert agent.list_tags_for_resource(resourceArn=arn)["tags"] == {"cost": "2"}
    assert "ResourceNotFound" in refusal(agent.list_tags_for_resource, resourceArn=f"{arn[:-10]}ABCDEFGHIJ")


def test_a_name_is_taken_once_and_a_client_token_makes_one(
    agent: Any, knowledge_base_request: Requests
) -> None:
    asked = knowledge_base_request()
    token = {"clientToken": "a" * 36}
    made = agent.create_knowledge_base(**asked, **token)["knowledgeBase"]["knowledgeBaseId"]
    assert agent.create_knowledge_base(**asked, **token)["knowledgeBase"]["knowledgeBaseId"] == made
    taken = refusal(agent.create_knowledge_base, **asked)
    assert taken == f"ConflictException: KnowledgeBase with name {asked['name']} already exists."


def test_an_index_by_bucket_and_name(agent: Any, knowledge_base_request: Requests) -> None:
    asked = knowledge_base_request()
    storage = asked["storageConfiguration"]["s3VectorsConfiguration"]
    bucket, _, name = storage.pop("indexArn").partition("/index/")
    storage |= {"vectorBucketArn": bucket, "indexName": name}
    made = agent.create_knowledge_base(**asked)["knowledgeBase"]
    assert made["storageConfiguration"]["s3VectorsConfiguration"] == storage
    storage["indexArn"] = f"{bucket}/index/{name}"
    both = refusal(agent.create_knowledge_base, **{**asked, "name": "both"})
    assert "ValidationException: The knowledge base storage configuration provided is invalid" in both


def test_the_role_must_be_one_that_bedrock_may_assume(
    client: Callable[..., Any], agent: Any, knowledge_base_request: Requests, make_role: Callable[..., str]
) -> None:
    """The wording is what the genuine provider waits for while IAM does not know the role yet."""
    asked = knowledge_base_request()
    arn = asked["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"]
    nobody = json.loads(trust())
    nobody["Statement"][0]["Principal"] = {"Service": "lambda.amazonaws.com"}
    elsewhere = trust("us-west-2")
    wrong = ["absent", make_role(json.dumps(nobody)), make_role(elsewhere)]
    for role in wrong:
        if role != "absent":
            allow_role(client, role, "*", arn)
        said = refusal(
            agent.create_knowledge_base, **asked | {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}"}
        )
        assert said.startswith(
            "ValidationException: Bedrock Knowledge Base was unable to assume the given role"
        )


@pytest.mark.parametrize("action", ["s3vectors:GetIndex", "s3vectors:GetVectors"])
def test_the_role_must_reach_the_index(
    client: Callable[..., Any], agent: Any, knowledge_base_request: Requests, action: str
) -> None:
    asked = knowledge_base_request()
    arn = asked["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"]
    allow_role(client, asked["name"], "*", arn, action)
    said = refusal(agent.create_knowledge_base, **asked)
    assert said.startswith(
        "ValidationException: The knowledge base storage configuration provided is invalid"
    )
    assert action in said


def test_the_role_needs_the_key_of_the_index(
    client: Callable[..., Any], agent: Any, bucket: str, knowledge_base_request: Requests
) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    indexing = {"Effect": "Allow", "Principal": {"Service": "indexing.s3vectors.amazonaws.com"}}
    statements = [
        {**everybody, "Action": "kms:*", "Resource": "*"},
        {**indexing, "Action": "kms:Decrypt", "Resource": "*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    key = client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    made = client("s3vectors").create_index(
        vectorBucketName=bucket,
        indexName="encrypted",
        dataType="float32",
        dimension=1024,
        distanceMetric="cosine",
        encryptionConfiguration={"sseType": "aws:kms", "kmsKeyArn": key},
    )
    asked = knowledge_base_request()
    asked["storageConfiguration"]["s3VectorsConfiguration"] = {"indexArn": made["indexArn"]}
    allow_role(client, asked["name"], "*", made["indexArn"])
    assert "kms:Decrypt" in refusal(agent.create_knowledge_base, **asked)
    statement = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key}
    client("iam", "us-east-1").put_role_policy(
        RoleName=asked["name"],
        PolicyName="key",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    assert agent.create_knowledge_base(**asked)["knowledgeBase"]["status"] == "CREATING"


def test_the_index_must_exist(agent: Any, s3vectors: Any, knowledge_base_request: Requests) -> None:
    asked = knowledge_base_request()
    s3vectors.delete_index(indexArn=asked["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"])
    said = refusal(agent.create_knowledge_base, **asked)
    assert "storage configuration provided is invalid... The specified index could not be found" in said


def test_the_dimension_is_the_models(agent: Any, knowledge_base_request: Requests) -> None:
    other = refusal(agent.create_knowledge_base, **knowledge_base_request(512))
    assert "makes vectors of 1024 dimensions, but the index has 512" in other
    asked = knowledge_base_request(512)
    vector = asked["knowledgeBaseConfiguration"]["vectorKnowledgeBaseConfiguration"]
    options = {"dimensions": 512, "embeddingDataType": "FLOAT32"}
    vector["embeddingModelConfiguration"] = {"bedrockEmbeddingModelConfiguration": options}
    assert agent.create_knowledge_base(**asked)["knowledgeBase"]["status"] == "CREATING"
    options["dimensions"] = 700
    assert "supports the dimensions 256, 512, 1024, not 700" in refusal(
        agent.create_knowledge_base, **asked | {"name": "seven-hundred"}
    )
    options |= {"dimensions": 512, "embeddingDataType": "BINARY"}
    assert "FLOAT32 alone" in refusal(agent.create_knowledge_base, **asked | {"name": "binary"})


def test_a_model_that_is_not_known_here_takes_the_index_as_it_is(
    agent: Any, knowledge_base_request: Requests
) -> None:
    model = {"embeddingModelArn": f"arn:aws:bedrock:{REGION}::foundation-model/example.embed-v9"}
    configuration = {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": model}
    asked = knowledge_base_request(33, knowledgeBaseConfiguration=configuration)
    assert agent.create_knowledge_base(**asked)["knowledgeBase"]["status"] == "CREATING"


def test_an_inference_profile_needs_its_model_too(
    client: Callable[..., Any], agent: Any, make_handbook: Callable[..., Handbook]
) -> None:
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/apac.cohere.embed-v4:0"
    model = f"arn:aws:bedrock:{REGION}::foundation-model/cohere.embed-v4:0"
    configuration = {
        "type": "VECTOR",
        "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": profile},
    }
    handbook = make_handbook(dimension=1536, knowledgeBaseConfiguration=configuration)
    named = {"knowledgeBaseId": handbook.id, "dataSourceId": handbook.source}
    allowed: list[str] = []
    for resource in (profile, model):
        assert f"bedrock:InvokeModel on resource: {resource}" in refusal(agent.start_ingestion_job, **named)
        allowed.append(resource)
        statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": allowed}
        client("iam", "us-east-1").put_role_policy(
            RoleName=handbook.role,
            PolicyName="profile",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
    assert handbook.sync()["status"] == "COMPLETE"


def test_what_an_update_cannot_change(agent: Any, knowledge_base_request: Requests) -> None:
    asked = knowledge_base_request()
    name = agent.create_knowledge_base(**asked)["knowledgeBase"]["knowledgeBaseId"]
    other = knowledge_base_request()
    model = {"embeddingModelArn": MODEL.replace("text-v2:0", "text-v1")}
    for changed in (
        {"storageConfiguration": other["storageConfiguration"]},
        {"knowledgeBaseConfiguration": {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": model}},
    ):
        said = refusal(agent.update_knowledge_base, knowledgeBaseId=name, **asked | changed)
        assert said.startswith("ValidationException") and "can't be changed" in said


def test_callers_need_permission_and_may_pass_the_role(
    client: Callable[..., Any], knowledge_base_request: Requests
) -> None:
    asked = knowledge_base_request(tags={"team": "docs"})
    iam = client("iam", "us-east-1")
    iam.create_user(UserName="librarian")
    key = iam.create_access_key(UserName="librarian")["AccessKey"]
    credentials = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    agent = client("bedrock-agent", **credentials)
    allowed: list[dict[str, Any]] = []
    passed = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    for statement in (
        {"Action": "bedrock:CreateKnowledgeBase", "Resource": "*"},
        {"Action": "bedrock:TagResource", "Resource": f"arn:aws:bedrock:{REGION}:*:knowledge-base/*"},
        {"Action": "iam:PassRole", "Resource": asked["roleArn"], "Condition": passed},
    ):
        said = refusal(agent.create_knowledge_base, **asked)
        assert said.startswith("AccessDeniedException") and statement["Action"] in said
        allowed.append({"Effect": "Allow", **statement})
        document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        iam.put_user_policy(UserName="librarian", PolicyName="all", PolicyDocument=document)
    made = agent.create_knowledge_base(**asked)["knowledgeBase"]["knowledgeBaseId"]
    assert "bedrock:GetKnowledgeBase" in refusal(agent.get_knowledge_base, knowledgeBaseId=made)


def test_life_of_a_data_source(agent: Any, handbook: Handbook) -> None:
    named = {"knowledgeBaseId": handbook.id, "dataSourceId": handbook.source}
    found = agent.get_data_source(**named)["dataSource"]
    assert (found["status"], found["dataDeletionPolicy"]) == ("AVAILABLE", "DELETE")
    changed = {"name": "manuals", "dataSourceConfiguration": found["dataSourceConfiguration"]}
    agent.update_data_source(**named, **changed, dataDeletionPolicy="RETAIN", description="All of them")
    found = agent.get_data_source(**named)["dataSource"]
    assert (found["dataDeletionPolicy"], found["description"]) == ("RETAIN", "All of them")
    chunking = {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}
    assert "can't be changed" in refusal(
        agent.update_data_source, **named, **changed, vectorIngestionConfiguration=chunking
    )
    listed = agent.list_data_sources(knowledgeBaseId=handbook.id)["dataSourceSummaries"]
    assert [each["dataSourceId"] for each in listed] == [handbook.source]
    assert "already exists" in refusal(agent.create_data_source, knowledgeBaseId=handbook.id, **changed)
    assert agent.delete_data_source(**named)["status"] == "DELETING"
    assert "ResourceNotFoundException" in refusal(agent.get_data_source, **named)


@pytest.mark.parametrize(
    ("chunking", "said"),
    [
        ({"chunkingStrategy": "FIXED_SIZE"}, "needs fixedSizeChunkingConfiguration"),
        (
            {
                "chunkingStrategy": "NONE",
                "fixedSizeChunkingConfiguration": {"maxTokens": 10, "overlapPercentage": 20},
            },
            "takes no configuration",
        ),
        (
            {
                "chunkingStrategy": "FIXED_SIZE",
                "fixedSizeChunkingConfiguration": {"maxTokens": 9000, "overlapPercentage": 0},
            },
            "2 validation errors detected",
        ),
        (
            {
                "chunkingStrategy": "HIERARCHICAL",
                "hierarchicalChunkingConfiguration": {
                    "levelConfigurations": [{"maxTokens": 300}, {"maxTokens": 300}],
                    "overlapTokens": 60,
                },
            },
            "must be less than that of its parent",
        ),
        (
            {
                "chunkingStrategy": "SEMANTIC",
                "semanticChunkingConfiguration": {
                    "maxTokens": 300,
                    "bufferSize": 2,
                    "breakpointPercentileThreshold": 49,
                },
            },
            "2 validation errors detected",
        ),
    ],
)
def test_limits_of_chunking(agent: Any, handbook: Handbook, chunking: dict[str, Any], said: str) -> None:
    s3 = {"bucketArn": f"arn:aws:s3:::{handbook.bucket}"}
    assert said in refusal(
        agent.create_data_source,
        knowledgeBaseId=handbook.id,
        name="other",
        dataSourceConfiguration={"type": "S3", "s3Configuration": s3},
        vectorIngestionConfiguration={"chunkingConfiguration": chunking},
    )


def test_one_prefix_at_most_and_no_web(agent: Any, handbook: Handbook) -> None:
    def said(**configuration: Any) -> str:
        asked = {"knowledgeBaseId": handbook.id, "name": "other", "dataSourceConfiguration": configuration}
        return refusal(agent.create_data_source, **asked)

    bucket = f"arn:aws:s3:::{handbook.bucket}"
    two = {"bucketArn": bucket, "inclusionPrefixes": ["a/", "b/"]}
    assert "inclusionPrefixes" in said(type="S3", s3Configuration=two)
    urls = {"urlConfiguration": {"seedUrls": [{"url": "https://example.com"}]}}
    assert "not supported" in said(type="WEB", webConfiguration={"sourceConfiguration": urls})
    assert "s3Configuration is required" in said(type="S3")


def test_what_is_not_built_is_named(client: Callable[..., Any], handbook: Handbook) -> None:
    runtime = client("bedrock-agent-runtime")
    said = refusal(runtime.retrieve_and_generate, input={"text": "What?"})
    assert said.startswith("NotBuiltInLocalAws: bedrock:RetrieveAndGenerate")
    agent = client("bedrock-agent")
    documents = refusal(
        agent.list_knowledge_base_documents, knowledgeBaseId=handbook.id, dataSourceId=handbook.source
    )
    assert documents.startswith("NotBuiltInLocalAws: bedrock:ListKnowledgeBaseDocuments")
