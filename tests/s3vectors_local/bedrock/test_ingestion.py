"""Ingestion jobs and retrieval: what is in the bucket is found, what is not is not, and the role decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.s3vectors_local.bedrock.conftest import KEYS, MODEL, Handbook, refusal

PUMP = "To reset the pump, hold the red button for ten seconds until the lamp blinks twice."
FILTER = "The paper filter of the air intake is replaced every six months by a technician."
Make = Callable[..., Handbook]


def texts(handbook: Handbook, question: str, **options: Any) -> list[str]:
    return [result["content"]["text"] for result in handbook.retrieve(question, **options)]


def test_a_passage_is_found_until_its_document_is_gone(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    handbook.put("filter.md", FILTER)
    job = handbook.sync()
    assert job["status"] == "COMPLETE"
    assert {name: count for name, count in job["statistics"].items() if count} == {
        "numberOfDocumentsScanned": 2,
        "numberOfNewDocumentsIndexed": 2,
    }
    best, other = handbook.retrieve("How is the pump reset?")
    assert (best["content"]["text"], other["content"]["text"]) == (PUMP, FILTER)
    assert best["score"] > other["score"]
    uri = f"s3://{handbook.bucket}/pump.txt"
    assert best["location"] == {"type": "S3", "s3Location": {"uri": uri}}
    assert best["metadata"]["x-amz-bedrock-kb-source-uri"] == uri
    assert best["metadata"]["x-amz-bedrock-kb-data-source-id"] == handbook.source
    [vector] = [v for v in handbook.vectors() if v["metadata"]["AMAZON_BEDROCK_TEXT"] == PUMP]
    assert set(vector["metadata"]) == {*KEYS, *best["metadata"]}
    assert vector["key"] == best["metadata"]["x-amz-bedrock-kb-chunk-id"]
    handbook.remove("pump.txt")
    assert handbook.sync()["statistics"]["numberOfDocumentsDeleted"] == 1
    assert texts(handbook, "How is the pump reset?") == [FILTER]
    assert len(handbook.vectors()) == 1


def test_a_changed_document_alone_is_written_anew(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    handbook.put("filter.txt", FILTER)
    handbook.sync()
    before = {vector["key"] for vector in handbook.vectors()}
    assert not any(v for k, v in handbook.sync()["statistics"].items() if k != "numberOfDocumentsScanned")
    assert {vector["key"] for vector in handbook.vectors()} == before
    handbook.put("pump.txt", PUMP.replace("red", "green"))
    assert handbook.sync()["statistics"]["numberOfModifiedDocumentsIndexed"] == 1
    assert len({vector["key"] for vector in handbook.vectors()} & before) == 1
    assert "green button" in texts(handbook, "which button resets the pump")[0]
    assert len(handbook.vectors()) == 2


def test_the_prefix_and_what_is_no_document(make_handbook: Make) -> None:
    handbook = make_handbook(prefix="handbook/")
    handbook.put("handbook/pump.html", f"<html><style>red {{}}</style><p>{PUMP}</p></html>")
    handbook.put("handbook/", "")
    handbook.put("other/filter.txt", FILTER)
    job = handbook.sync()
    assert job["statistics"]["numberOfDocumentsScanned"] == 1
    assert texts(handbook, "filter") == [PUMP]


def test_documents_that_cannot_be_read_fail_alone(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    for name in ("plan.pdf", "film.mp4", "empty.txt"):
        handbook.put(name, "" if name.startswith("empty") else "%PDF-1.7")
    job = handbook.sync()
    assert job["status"] == "COMPLETE"
    assert job["statistics"]["numberOfDocumentsFailed"] == 3
    assert job["statistics"]["numberOfNewDocumentsIndexed"] == 1
    reasons = " ".join(job["failureReasons"])
    assert all(f"s3://{handbook.bucket}/{name}" in reasons for name in ("plan.pdf", "film.mp4", "empty.txt"))
    assert "file format was not supported" in reasons


@pytest.mark.parametrize("keys", [[], ["AMAZON_BEDROCK_TEXT_CHUNK"]])
def test_chunks_over_2_kb_fail_without_the_non_filterable_keys(make_handbook: Make, keys: list[str]) -> None:
    handbook = make_handbook(keys=keys, source={"vectorIngestionConfiguration": chunking("NONE")})
    handbook.put("short.txt", PUMP)
    handbook.put("long.txt", f"{PUMP}\n" * 40)
    job = handbook.sync()
    assert job["statistics"]["numberOfNewDocumentsIndexed"] == 1
    assert job["statistics"]["numberOfDocumentsFailed"] == 1
    [reason] = job["failureReasons"]
    assert "Filterable metadata must have at most 2048 bytes" in reason
    assert f"s3://{handbook.bucket}/long.txt" in reason


def test_metadata_files_become_filterable_metadata(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    handbook.put("filter.txt", FILTER)
    typed = {"value": {"type": "NUMBER", "numberValue": 2024}, "includeForEmbedding": False}
    attributes = {"machine": "pump", "year": typed, "parts": ["button", "lamp"]}
    handbook.put("pump.txt.metadata.json", json.dumps({"metadataAttributes": attributes}))
    statistics = handbook.sync()["statistics"]
    assert statistics["numberOfDocumentsScanned"] == 2
    assert statistics["numberOfMetadataDocumentsScanned"] == 1
    for wanted in (
        {"equals": {"key": "machine", "value": "pump"}},
        {"greaterThan": {"key": "year", "value": 2000}},
        {"listContains": {"key": "parts", "value": "lamp"}},
        {
            "andAll": [
                {"in": {"key": "machine", "value": ["pump", "fan"]}},
                {"notEquals": {"key": "year", "value": 1}},
            ]
        },
    ):
        assert texts(handbook, "every six months", filter=wanted) == [PUMP], wanted
    runtime = handbook.clients("bedrock-agent-runtime")
    for member, value in (
        ("filter", {"startsWith": {"key": "machine", "value": "p"}}),
        ("overrideSearchType", "HYBRID"),
    ):
        said = refusal(
            runtime.retrieve,
            knowledgeBaseId=handbook.id,
            retrievalQuery={"text": "pump"},
            retrievalConfiguration={"vectorSearchConfiguration": {member: value}},
        )
        assert said.startswith("ValidationException") and "not supported" in said
    handbook.put("pump.txt.metadata.json", json.dumps({"metadataAttributes": {"machine": "fan"}}))
    assert handbook.sync()["statistics"]["numberOfMetadataDocumentsModified"] == 1
    assert texts(handbook, "pump", filter={"equals": {"key": "machine", "value": "pump"}}) == []


@pytest.mark.parametrize(
    "action", ["s3:ListBucket", "s3vectors:PutVectors", "s3vectors:DeleteVectors", "bedrock:InvokeModel"]
)
def test_a_job_needs_every_permission_of_the_role(handbook: Handbook, action: str) -> None:
    handbook.put("pump.txt", PUMP)
    if action == "s3vectors:DeleteVectors":  # the first job does without it, the second does not
        assert handbook.sync()["status"] == "COMPLETE"
        handbook.put("pump.txt", FILTER)
    handbook.allow(action)
    if action == "bedrock:InvokeModel":
        agent = handbook.clients("bedrock-agent")
        said = refusal(agent.start_ingestion_job, knowledgeBaseId=handbook.id, dataSourceId=handbook.source)
        assert (
            said.startswith("ValidationException") and "is not able to call specified embedding model" in said
        )
        return
    job = handbook.sync()
    assert job["status"] == "FAILED"
    assert f"is not authorized to perform: {action}" in job["failureReasons"][0]
    handbook.allow()
    assert handbook.sync()["status"] == "COMPLETE"


def test_a_document_that_the_role_may_not_read_fails_alone(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    handbook.allow("s3:GetObject")
    job = handbook.sync()
    assert (job["status"], job["statistics"]["numberOfDocumentsFailed"]) == ("COMPLETE", 1)
    assert "is not authorized to perform: s3:GetObject" in job["failureReasons"][0]


def test_the_model_that_parses_needs_permission_too(make_handbook: Make) -> None:
    model = MODEL.replace("amazon.titan-embed-text-v2:0", "example.reader-v1")
    parsing = {
        "parsingStrategy": "BEDROCK_FOUNDATION_MODEL",
        "bedrockFoundationModelConfiguration": {"modelArn": model},
    }
    handbook = make_handbook(source={"vectorIngestionConfiguration": {"parsingConfiguration": parsing}})
    job = handbook.sync()
    assert job["status"] == "FAILED"
    assert f"bedrock:InvokeModel on resource: {model}" in job["failureReasons"][0]


def test_a_bucket_of_another_account_is_refused(make_handbook: Make) -> None:
    handbook = make_handbook()
    agent, named = handbook.clients("bedrock-agent"), {"knowledgeBaseId": handbook.id}
    s3 = {"bucketArn": f"arn:aws:s3:::{handbook.bucket}", "bucketOwnerAccountId": "210987654321"}
    agent.update_data_source(
        **named,
        dataSourceId=handbook.source,
        name="manuals",
        dataSourceConfiguration={"type": "S3", "s3Configuration": s3},
    )
    assert "is not of the expected account" in handbook.sync()["failureReasons"][0]


def test_the_account_of_the_bucket_is_a_condition(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    iam = handbook.clients("iam", "us-east-1")
    policy = iam.get_role_policy(RoleName=handbook.role, PolicyName="bedrock")["PolicyDocument"]
    elsewhere = json.dumps(policy).replace(
        '"aws:ResourceAccount": "123456789012"', '"aws:ResourceAccount": "1"'
    )
    iam.put_role_policy(RoleName=handbook.role, PolicyName="bedrock", PolicyDocument=elsewhere)
    assert "s3:ListBucket" in handbook.sync()["failureReasons"][0]


def test_documents_with_a_customer_key_need_it(handbook: Handbook) -> None:
    kms, s3 = handbook.clients("kms", "us-east-1"), handbook.clients("s3", "us-east-1")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    s3.put_object(Bucket=handbook.bucket, Key="pump.txt", Body=PUMP.encode(), **encryption)
    assert "kms:Decrypt" in handbook.sync()["failureReasons"][0]
    statement = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key,
        "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
    }
    handbook.clients("iam", "us-east-1").put_role_policy(
        RoleName=handbook.role,
        PolicyName="kms",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    assert handbook.sync()["statistics"]["numberOfNewDocumentsIndexed"] == 1


@pytest.mark.parametrize("action", ["s3vectors:QueryVectors", "s3vectors:GetVectors", "bedrock:InvokeModel"])
def test_a_retrieval_is_denied_without_one_action_of_the_role(handbook: Handbook, action: str) -> None:
    handbook.allow(action)
    runtime = handbook.clients("bedrock-agent-runtime")
    said = refusal(runtime.retrieve, knowledgeBaseId=handbook.id, retrievalQuery={"text": "pump"})
    assert said.startswith("AccessDeniedException") and f"is not authorized to perform: {action}" in said
    handbook.allow()
    assert handbook.retrieve("pump") == []


def test_answers_say_that_a_stand_in_embeds(client: Callable[..., Any], handbook: Handbook) -> None:
    runtime = client("bedrock-agent-runtime")
    answer = runtime.retrieve(knowledgeBaseId=handbook.id, retrievalQuery={"text": "pump"})
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-aws-stand-in"] == "embedding"


def test_jobs_are_listed_and_end_once(handbook: Handbook) -> None:
    agent = handbook.clients("bedrock-agent")
    named = {"knowledgeBaseId": handbook.id, "dataSourceId": handbook.source}
    first, second = handbook.sync(), handbook.sync()
    wanted = {"attribute": "STATUS", "operator": "EQ", "values": ["COMPLETE"]}
    listed = agent.list_ingestion_jobs(**named, filters=[wanted], maxResults=1)
    assert [job["ingestionJobId"] for job in listed["ingestionJobSummaries"]] == [second["ingestionJobId"]]
    listed = agent.list_ingestion_jobs(**named, maxResults=1, nextToken=listed["nextToken"])
    assert [job["ingestionJobId"] for job in listed["ingestionJobSummaries"]] == [first["ingestionJobId"]]
    said = refusal(agent.stop_ingestion_job, **named, ingestionJobId=first["ingestionJobId"])
    assert said.startswith("ConflictException")


def test_one_job_at_a_time_and_it_can_be_stopped(handbook: Handbook) -> None:
    for number in range(40):
        handbook.put(f"{number}.txt", f"{PUMP} {number} {FILTER * 100}")
    agent = handbook.clients("bedrock-agent")
    named = {"knowledgeBaseId": handbook.id, "dataSourceId": handbook.source}
    job = agent.start_ingestion_job(**named)["ingestionJob"]["ingestionJobId"]
    assert refusal(agent.start_ingestion_job, **named).startswith("ConflictException: Ongoing ingestion job")
    assert refusal(agent.delete_data_source, **named).startswith("ConflictException")
    assert agent.stop_ingestion_job(**named, ingestionJobId=job)["ingestionJob"]["status"] == "STOPPING"
    ended = handbook.ended(job)
    assert ended["status"] == "STOPPED"
    assert ended["statistics"]["numberOfNewDocumentsIndexed"] < 40
    left = 40 - ended["statistics"]["numberOfNewDocumentsIndexed"]
    assert handbook.sync()["statistics"]["numberOfNewDocumentsIndexed"] == left
    assert len({vector["metadata"]["x-amz-bedrock-kb-source-uri"] for vector in handbook.vectors()}) == 40


@pytest.mark.parametrize("policy", ["RETAIN", "DELETE"])
def test_the_deletion_policy_decides_over_the_vectors(make_handbook: Make, policy: str) -> None:
    handbook = make_handbook(source={"dataDeletionPolicy": policy})
    handbook.put("pump.txt", PUMP)
    handbook.sync()
    agent = handbook.clients("bedrock-agent")
    agent.delete_data_source(knowledgeBaseId=handbook.id, dataSourceId=handbook.source)
    assert agent.list_data_sources(knowledgeBaseId=handbook.id)["dataSourceSummaries"] == []
    assert len(handbook.vectors()) == (1 if policy == "RETAIN" else 0)


def test_delete_cannot_be_without_the_index(handbook: Handbook) -> None:
    handbook.put("pump.txt", PUMP)
    handbook.sync()
    handbook.clients("s3vectors").delete_index(indexArn=handbook.index_arn)
    agent = handbook.clients("bedrock-agent")
    named = {"knowledgeBaseId": handbook.id, "dataSourceId": handbook.source}
    agent.delete_data_source(**named)
    found = agent.get_data_source(**named)["dataSource"]
    assert found["status"] == "DELETE_UNSUCCESSFUL"
    assert "Unable to delete data from vector store" in found["failureReasons"][0]
    agent.delete_knowledge_base(knowledgeBaseId=handbook.id)
    left = agent.get_knowledge_base(knowledgeBaseId=handbook.id)["knowledgeBase"]
    assert left["status"] == "DELETE_UNSUCCESSFUL"
    configuration = {"dataSourceConfiguration": found["dataSourceConfiguration"], "name": "manuals"}
    agent.update_data_source(**named, **configuration, dataDeletionPolicy="RETAIN")
    agent.delete_data_source(**named)
    agent.delete_knowledge_base(knowledgeBaseId=handbook.id)
    assert "ResourceNotFound" in refusal(agent.get_knowledge_base, knowledgeBaseId=handbook.id)


def test_of_hierarchical_chunks_the_parent_is_returned_once(make_handbook: Make) -> None:
    levels = [{"maxTokens": 60}, {"maxTokens": 12}]
    given = chunking("HIERARCHICAL", levelConfigurations=levels, overlapTokens=2)
    handbook = make_handbook(source={"vectorIngestionConfiguration": given})
    handbook.put("both.txt", f"{PUMP} {FILTER}")
    handbook.sync()
    assert len(handbook.vectors()) > 2
    assert texts(handbook, "pump") == [f"{PUMP} {FILTER}"]


def test_invoke_model_of_embedding_models(client: Callable[..., Any]) -> None:
    runtime = client("bedrock-runtime")

    def invoke(model: str, **asked: Any) -> Any:
        answer = runtime.invoke_model(modelId=model, body=json.dumps(asked))
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-aws-stand-in"] == "embedding"
        return json.loads(answer["body"].read())

    titan = invoke("amazon.titan-embed-text-v2:0", inputText=PUMP, dimensions=256)
    assert titan["embedding"] == invoke(MODEL, inputText=PUMP, dimensions=256)["embedding"]
    assert len(titan["embedding"]) == 256
    cohere = invoke("cohere.embed-multilingual-v3", texts=[PUMP, FILTER], input_type="search_query")
    assert [len(vector) for vector in cohere["embeddings"]] == [1024, 1024]
    nova = {"text": {"value": PUMP}, "embeddingDimension": 384}
    [one] = invoke("amazon.nova-2-multimodal-embeddings-v1:0", singleEmbeddingParams=nova)["embeddings"]
    assert len(one["embedding"]) == 384
    for model, asked, code in (
        ("anthropic.claude", {}, "NotBuiltInLocalAws"),
        ("amazon.titan-embed-text-v2:0", {}, "ValidationException"),
        ("amazon.titan-embed-text-v2:0", {"inputText": "a", "dimensions": 7}, "ValidationException"),
    ):
        assert refusal(runtime.invoke_model, modelId=model, body=json.dumps(asked)).startswith(code)


def chunking(strategy: str, **options: Any) -> dict[str, Any]:
    members = {"HIERARCHICAL": "hierarchicalChunkingConfiguration"}
    configuration = {members[strategy]: options} if options else {}
    return {"chunkingConfiguration": {"chunkingStrategy": strategy, **configuration}}
