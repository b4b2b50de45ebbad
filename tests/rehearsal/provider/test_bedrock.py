"""Knowledge bases and data sources, as Terraform drives them, against the local AWS."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal.provider.conftest import REGION, Terraform
from tests.rehearsal.provider.terraform_core import Core, Refused
from vectorform.rehearsal.provider.resources import bedrock
from vectorform.rehearsal.provider.values import Object, conform

ACCOUNT = "123456789012"
MODEL = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.titan-embed-text-v2:0"
KEYS = ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]
_NUMBERS = itertools.count()

MakeCore = Callable[[str], Core]
MakeClient = Callable[..., Any]


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


TRUST = document(
    Principal={"Service": "bedrock.amazonaws.com"},
    Action="sts:AssumeRole",
    Condition={
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base/*"},
    },
)
EVERYTHING = document(Action=["s3:*", "s3vectors:*", "bedrock:*"], Resource="*")


def make_role(client: MakeClient, name: str) -> str:
    iam = client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=EVERYTHING)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


@pytest.fixture
def make_index(client: MakeClient) -> Callable[..., str]:
    """The ARN of a new index."""

    def make(dimension: int = 1024) -> str:
        s3vectors, bucket = client("s3vectors"), f"kb-vectors-{next(_NUMBERS)}"
        s3vectors.create_vector_bucket(vectorBucketName=bucket)
        made = s3vectors.create_index(
            vectorBucketName=bucket,
            indexName="pages",
            dataType="float32",
            dimension=dimension,
            distanceMetric="cosine",
            metadataConfiguration={"nonFilterableMetadataKeys": KEYS},
        )
        arn: str = made["indexArn"]
        return arn

    return make


def knowledge_base(index_arn: str, role_arn: str, **more: Any) -> Object:
    model = {"embedding_model_arn": MODEL}
    stored = {"type": "S3_VECTORS", "s3_vectors_configuration": [{"index_arn": index_arn}]}
    return {
        "name": f"handbook-{next(_NUMBERS)}",
        "role_arn": role_arn,
        "knowledge_base_configuration": [{"type": "VECTOR", "vector_knowledge_base_configuration": [model]}],
        "storage_configuration": [stored],
        **more,
    }


def data_source(base: str, **more: Any) -> Object:
    s3 = {"bucket_arn": "arn:aws:s3:::example-manuals", "inclusion_prefixes": ["handbook/"]}
    return {
        "knowledge_base_id": base,
        "name": "manuals",
        "data_source_configuration": [{"type": "S3", "s3_configuration": [s3]}],
        **more,
    }


def is_empty_plan(core: Core, config: Object, state: Object) -> bool:
    return core.plan(conform(config, core.block), state) == (state, False)


def test_a_knowledge_base(core: MakeCore, client: MakeClient, make_index: Callable[..., str]) -> None:
    bases, first, second = core("aws_bedrockagent_knowledge_base"), make_index(), make_index()
    role = make_role(client, f"kb-role-{next(_NUMBERS)}")
    config = knowledge_base(first, role, description="All manuals", tags={"team": "docs"})
    state = bases.apply(config)
    assert state and state["arn"].endswith(f":knowledge-base/{state['id']}")
    assert state["tags_all"] == {"e": "dev", "team": "docs"}
    assert is_empty_plan(bases, config, state)
    assert bases.read(state) == state
    assert bases.import_(state["id"]) == state
    config |= {"name": "renamed", "description": None, "tags": {"team": "search"}}
    changed = bases.apply(config, state)
    assert changed and (changed["id"], changed["name"]) == (state["id"], "renamed")
    agent = client("bedrock-agent")
    assert agent.list_tags_for_resource(resourceArn=state["arn"])["tags"] == {"e": "dev", "team": "search"}
    assert bases.read(changed) == changed
    model = {"dimensions": 1024, "embedding_data_type": "FLOAT32"}
    vector = config["knowledge_base_configuration"][0]["vector_knowledge_base_configuration"][0]
    vector["embedding_model_configuration"] = [{"bedrock_embedding_model_configuration": [model]}]
    images = {"type": "S3", "s3_location": [{"uri": "s3://example-images"}]}
    vector["supplemental_data_storage_configuration"] = [{"storage_location": [images]}]
    bucket, _, name = second.partition("/index/")
    stored = {"vector_bucket_arn": bucket, "index_name": name}
    config["storage_configuration"] = [{"type": "S3_VECTORS", "s3_vectors_configuration": [stored]}]
    replaced = bases.apply(config, changed)
    assert replaced and replaced["id"] != state["id"]
    assert is_empty_plan(bases, config, replaced)
    assert bases.read(replaced) == replaced
    assert bases.apply(None, replaced) is None
    assert bases.read(replaced) is None


def test_a_role_that_is_not_there_yet_is_waited_for(
    core: MakeCore, client: MakeClient, make_index: Callable[..., str]
) -> None:
    name = f"late-role-{next(_NUMBERS)}"
    config = knowledge_base(make_index(), f"arn:aws:iam::{ACCOUNT}:role/{name}")
    timer = threading.Timer(0.4, make_role, (client, name))
    timer.start()
    try:
        assert core("aws_bedrockagent_knowledge_base").apply(config)
    finally:
        timer.join()


def test_what_does_not_become_right_is_refused_in_aws_words(
    core: MakeCore, client: MakeClient, make_index: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bedrock, "PROPAGATION_SECONDS", 0.1)
    bases = core("aws_bedrockagent_knowledge_base")
    role = make_role(client, f"kb-role-{next(_NUMBERS)}")
    with pytest.raises(Refused) as refused:
        bases.apply(knowledge_base(make_index(512), role))
    [said] = refused.value.messages
    assert "creating Bedrock Agent Knowledge Base" in said
    assert "operation error Bedrock Agent: CreateKnowledgeBase, https response error StatusCode: 400" in said
    assert "makes vectors of 1024 dimensions, but the index has 512" in said
    with pytest.raises(Refused, match="unable to assume the given role"):
        bases.apply(knowledge_base(make_index(), f"arn:aws:iam::{ACCOUNT}:role/absent"))


def test_a_data_source(core: MakeCore, client: MakeClient, make_index: Callable[..., str]) -> None:
    bases, sources = core("aws_bedrockagent_knowledge_base"), core("aws_bedrockagent_data_source")
    index, role = make_index(), make_role(client, f"kb-role-{next(_NUMBERS)}")
    base = bases.apply(knowledge_base(index, role))
    assert base
    levels = [{"max_tokens": 300}, {"max_tokens": 60}]
    hierarchical = {"overlap_tokens": 10, "level_configuration": levels}
    chunking = {
        "chunking_strategy": "HIERARCHICAL",
        "hierarchical_chunking_configuration": [hierarchical],
    }
    parsing = {
        "parsing_strategy": "BEDROCK_FOUNDATION_MODEL",
        "bedrock_foundation_model_configuration": [
            {"model_arn": MODEL, "parsing_prompt": [{"parsing_prompt_string": "Read it."}]}
        ],
    }
    ingestion = {"chunking_configuration": [chunking], "parsing_configuration": [parsing]}
    config = data_source(base["id"], vector_ingestion_configuration=[ingestion])
    state = sources.apply(config)
    assert state and state["id"] == f"{state['data_source_id']},{base['id']}"
    assert state["data_deletion_policy"] == "DELETE"
    assert is_empty_plan(sources, config, state)
    assert sources.read(state) == state
    assert sources.import_(state["id"]) == state
    changed = sources.apply(config | {"data_deletion_policy": "RETAIN", "description": "All"}, state)
    assert changed and changed["data_source_id"] == state["data_source_id"]
    assert sources.read(changed) == changed
    kept = sources.apply(config, changed)  # not configured any more, and so kept
    assert kept and kept["data_deletion_policy"] == "RETAIN"
    semantic = {"max_token": 50, "buffer_size": 1, "breakpoint_percentile_threshold": 90}
    other = {"chunking_strategy": "SEMANTIC", "semantic_chunking_configuration": [semantic]}
    automation = {
        "parsing_strategy": "BEDROCK_DATA_AUTOMATION",
        "bedrock_data_automation_configuration": [{"parsing_modality": "MULTIMODAL"}],
    }
    ingestion = {"chunking_configuration": [other], "parsing_configuration": [automation]}
    config["vector_ingestion_configuration"] = [ingestion]
    replaced = sources.apply(config, kept)
    assert replaced and replaced["data_source_id"] != state["data_source_id"]
    assert sources.read(replaced) == replaced
    client("s3vectors").delete_index(indexArn=index)
    with pytest.raises(Refused, match="Unable to delete data from vector store") as refused:
        sources.apply(None, replaced)
    assert "unexpected state 'DELETE_UNSUCCESSFUL', wanted target ''" in refused.value.messages[0]
    retained = sources.apply(config | {"data_deletion_policy": "RETAIN"}, replaced)
    assert sources.apply(None, retained) is None
    assert retained and sources.read(retained) is None
    with pytest.raises(Refused, match="unexpected format for ID"):
        sources.import_("DS")


def test_a_data_source_of_another_knowledge_base_is_a_change_that_aws_refuses(
    core: MakeCore, client: MakeClient, make_index: Callable[..., str]
) -> None:
    bases, sources = core("aws_bedrockagent_knowledge_base"), core("aws_bedrockagent_data_source")
    role = make_role(client, f"kb-role-{next(_NUMBERS)}")
    base, other = (bases.apply(knowledge_base(make_index(), role)) for _ in range(2))
    assert base and other
    state = sources.apply(data_source(base["id"]))
    assert not sources.plan(conform(data_source(other["id"]), sources.block), state)[1]
    with pytest.raises(Refused, match="ResourceNotFoundException"):
        sources.apply(data_source(other["id"]), state)


STACK: dict[str, Any] = {
    "resource": {
        "aws_s3_bucket": {"docs": {"bucket": "example-handbook", "force_destroy": True}},
        "aws_s3_bucket_versioning": {
            "docs": {
                "bucket": "${aws_s3_bucket.docs.id}",
                "versioning_configuration": {"status": "Enabled"},
            }
        },
        "aws_s3_bucket_public_access_block": {
            "docs": {"bucket": "${aws_s3_bucket.docs.id}", "block_public_acls": True}
        },
        "aws_s3_bucket_server_side_encryption_configuration": {
            "docs": {
                "bucket": "${aws_s3_bucket.docs.id}",
                "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}},
            }
        },
        "aws_s3_bucket_policy": {
            "docs": {
                "bucket": "${aws_s3_bucket.docs.id}",
                "policy": document(
                    Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    Action="s3:GetObject",
                    Resource="arn:aws:s3:::example-handbook/*",
                ),
            }
        },
        "aws_s3_object": {
            "pump": {
                "bucket": "${aws_s3_bucket_versioning.docs.bucket}",
                "key": "handbook/pump.txt",
                "content": "To reset the pump, hold the red button for ten seconds.",
            }
        },
        "aws_s3vectors_vector_bucket": {"docs": {"vector_bucket_name": "handbook-vectors"}},
        "aws_s3vectors_index": {
            "pages": {
                "vector_bucket_name": "${aws_s3vectors_vector_bucket.docs.vector_bucket_name}",
                "index_name": "pages",
                "data_type": "float32",
                "dimension": 1024,
                "distance_metric": "cosine",
                "metadata_configuration": {"non_filterable_metadata_keys": KEYS},
            }
        },
        "aws_iam_role": {"kb": {"name": "handbook-kb", "assume_role_policy": TRUST}},
        "aws_iam_role_policy": {"kb": {"role": "${aws_iam_role.kb.name}", "policy": EVERYTHING}},
        "aws_bedrockagent_knowledge_base": {
            "handbook": {
                **knowledge_base("${aws_s3vectors_index.pages.index_arn}", "${aws_iam_role.kb.arn}"),
                "depends_on": ["aws_iam_role_policy.kb"],
            }
        },
        "aws_bedrockagent_data_source": {
            "manuals": {
                **data_source("${aws_bedrockagent_knowledge_base.handbook.id}"),
                "data_source_configuration": {
                    "type": "S3",
                    "s3_configuration": {
                        "bucket_arn": "${aws_s3_bucket.docs.arn}",
                        "inclusion_prefixes": ["handbook/"],
                    },
                },
            }
        },
    },
    "output": {"source": {"value": "${aws_bedrockagent_data_source.manuals.id}"}},
}


def test_terraform_deploys_a_knowledge_base_and_its_documents(
    terraform: Terraform, client: MakeClient
) -> None:
    """Apply, an empty second plan, a sync, a retrieval, destroy."""
    terraform.configure(STACK)
    terraform.apply()
    terraform.plan(changes=False)
    source, base = json.loads(terraform.run("output", "-json", "source")).split(",")
    agent, names = client("bedrock-agent"), {"knowledgeBaseId": base, "dataSourceId": source}
    job = agent.start_ingestion_job(**names)["ingestionJob"]["ingestionJobId"]
    while (found := agent.get_ingestion_job(**names, ingestionJobId=job)["ingestionJob"])["status"] in (
        "STARTING",
        "IN_PROGRESS",
    ):
        threading.Event().wait(0.05)
    assert found["status"] == "COMPLETE", found
    runtime = client("bedrock-agent-runtime")
    query = {"text": "Which button resets the pump?"}
    [result] = runtime.retrieve(knowledgeBaseId=base, retrievalQuery=query)["retrievalResults"]
    assert "hold the red button" in result["content"]["text"]
    terraform.destroy()
    assert agent.list_knowledge_bases()["knowledgeBaseSummaries"] == [] or base not in str(
        agent.list_knowledge_bases()["knowledgeBaseSummaries"]
    )
