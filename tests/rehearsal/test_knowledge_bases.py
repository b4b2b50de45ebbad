"""A knowledge base the whole way: deployed, filled, asked, changed and destroyed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from tests.nursery import local_aws
from tests.rehearsal.projects import VECTORFORM
from tests.rehearsal.terraforming import REGION, Deployment, client, set_up
from vectorform import language
from vectorform.desired.arns import ROLE_STATEMENTS
from vectorform.rehearsal import beforehand

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("knowledge-bases")]

DOCUMENT = yaml.safe_load("""\
project: support
account_id: "123456789012"
regions: [eu-west-1]
verification: {after_apply: false}
vector_buckets:
  documents:
    deletion_protection: false
    access_from: {vpc_endpoints: [vpce-0123456789abcdef0], except: ["arn:aws:iam::123456789012:root"]}
    indexes:
      pages: {dimension: 512, distance_metric: cosine, preset: bedrock-knowledge-base}
      others: {dimension: 512, distance_metric: cosine, preset: bedrock-knowledge-base}
knowledge_bases:
  handbook:
    description: All manuals
    index: documents/pages
    embedding_model: amazon.titan-embed-text-v2:0
    data_sources:
      manuals:
        bucket: support-manuals
        prefix: handbook/
        chunking: {strategy: fixed_size, max_tokens: 300, overlap_percentage: 20}
        deletion_policy: delete
""")
UNDER_WAY = ("STARTING", "IN_PROGRESS")
QUESTION = "Which button resets the pump?"
PASSAGE = "To reset the pump, hold the red button for ten seconds."


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with local_aws() as aws:
        deployment = Deployment(tmp_path_factory.mktemp("knowledge-bases") / "project", aws, set_up())
        deployment.write(DOCUMENT)
        made = beforehand.make(language.load("dev", deployment.root), aws)
        assert [thing.arn for thing in made] == ["arn:aws:s3:::support-manuals"]
        yield deployment


def outputs(dev: Deployment) -> dict[str, Any]:
    return {name: output["value"] for name, output in json.loads(dev.run("output", "-json").stdout).items()}


def found(dev: Deployment) -> list[str]:
    """The passages that answer the question."""
    base = outputs(dev)["knowledge_bases"]["handbook"]["id"]
    runtime = client(dev.aws, service="bedrock-agent-runtime")
    answer = runtime.retrieve(knowledgeBaseId=base, retrievalQuery={"text": QUESTION})
    return [result["content"]["text"] for result in answer["retrievalResults"]]


def synchronized(dev: Deployment) -> bool:
    """Whether a job embeds all documents, by the API: quicker than a command for each."""
    agent = client(dev.aws, service="bedrock-agent")
    source = outputs(dev)["data_sources"]["handbook/manuals"]
    names = {"knowledgeBaseId": source["knowledge_base_id"], "dataSourceId": source["id"]}
    try:
        job = agent.start_ingestion_job(**names)["ingestionJob"]
    except agent.exceptions.ValidationException:
        return False
    while job["status"] in UNDER_WAY:
        time.sleep(0.05)
        job = agent.get_ingestion_job(**names, ingestionJobId=job["ingestionJobId"])["ingestionJob"]
    return bool(job["status"] == "COMPLETE" and not job["statistics"]["numberOfDocumentsFailed"])


def test_the_whole_way(dev: Deployment) -> None:
    dev.bring_to(DOCUMENT)
    assert dev.run("plan", "-detailed-exitcode", "-input=false").returncode == 0
    verified = dev.vectorform("verify", "dev")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "1 knowledge base, 1 data source: matches the configuration" in verified.stdout

    s3 = client(dev.aws, service="s3")
    s3.put_object(Bucket="support-manuals", Key="handbook/pump.txt", Body=PASSAGE.encode())
    s3.put_object(
        Bucket="support-manuals", Key="drafts/pump.txt", Body=b"Nobody knows how to reset the pump."
    )
    synced = dev.vectorform("sync", "dev")
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "handbook/manuals [eu-west-1]: complete, documents: 1 scanned, 1 new" in synced.stdout
    assert found(dev) == [PASSAGE]
    smoke = dev.vectorform("verify", "dev", "--smoke")
    assert smoke.returncode == 0, smoke.stdout + smoke.stderr
    assert "knowledge base handbook" in smoke.stdout

    s3.delete_object(Bucket="support-manuals", Key="handbook/pump.txt")
    synced = dev.vectorform("sync", "dev", "handbook/manuals", "--format", "json")
    [job] = json.loads(synced.stdout)["data_sources"]
    assert (synced.returncode, job["documents"]["deleted"], job["status"]) == (0, 1, "COMPLETE")
    assert found(dev) == []


def test_access_from_would_lock_it_out_but_for_the_exception_of_its_role(dev: Deployment) -> None:
    """The Deny holds for a knowledge base, which comes as its role and through no endpoint."""
    dev.bring_to(DOCUMENT)
    s3, s3vectors = client(dev.aws, service="s3"), client(dev.aws)
    bucket = {"vectorBucketName": "support-documents-dev"}
    written = s3vectors.get_vector_bucket_policy(**bucket)["policy"]
    role = "arn:aws:iam::123456789012:role/support-handbook-kb-dev"
    assert role in written
    s3.put_object(Bucket="support-manuals", Key="handbook/pump.txt", Body=f"{PASSAGE} inside".encode())
    assert synchronized(dev) and found(dev)
    s3vectors.put_vector_bucket_policy(**bucket, policy=written.replace(role, f"{role}-other"))
    try:
        s3.put_object(Bucket="support-manuals", Key="handbook/pump.txt", Body=f"{PASSAGE} denied".encode())
        assert not synchronized(dev)
    finally:
        s3vectors.put_vector_bucket_policy(**bucket, policy=written)
    assert synchronized(dev)
    s3.delete_object(Bucket="support-manuals", Key="handbook/pump.txt")
    assert synchronized(dev)


def test_ctrl_c_leaves_the_job_running_and_says_so(dev: Deployment) -> None:
    dev.bring_to(DOCUMENT)
    long = b"To reset the pump, hold the red button for ten seconds. " * 12_000
    place = {"Bucket": "support-manuals", "Key": "handbook/long.txt"}
    client(dev.aws, service="s3").put_object(**place, Body=long)
    command = [*VECTORFORM, "sync", "dev"]
    pipe = subprocess.PIPE
    syncing = subprocess.Popen(
        command, cwd=dev.root, env=dev.environment, stdout=pipe, stderr=pipe, text=True
    )
    assert syncing.stderr is not None
    assert "handbook/manuals [eu-west-1]" in syncing.stderr.readline()  # its job is under way
    interrupted = time.time()
    syncing.send_signal(signal.SIGINT)
    printed, told = syncing.communicate(timeout=60)
    assert (syncing.returncode, printed) == (130, ""), told
    *_, left = told.splitlines()
    assert "its job keeps running in AWS; to stop it: aws bedrock-agent stop-ingestion-job" in left
    agent = client(dev.aws, service="bedrock-agent")
    source = outputs(dev)["data_sources"]["handbook/manuals"]
    names = {"knowledgeBaseId": source["knowledge_base_id"], "dataSourceId": source["id"]}
    [job] = [
        summary["ingestionJobId"]
        for summary in agent.list_ingestion_jobs(**names)["ingestionJobSummaries"]
        if summary["ingestionJobId"] in left
    ]
    names["ingestionJobId"] = job
    while (ended := agent.get_ingestion_job(**names)["ingestionJob"])["status"] in UNDER_WAY:
        time.sleep(0.05)
    assert ended["status"] == "COMPLETE" and ended["updatedAt"].timestamp() > interrupted
    client(dev.aws, service="s3").delete_object(**place)


def test_without_one_action_it_is_denied(dev: Deployment) -> None:
    """Every statement of the role is needed: by a job, or by a question."""
    dev.bring_to(DOCUMENT)
    iam, s3 = client(dev.aws, service="iam"), client(dev.aws, service="s3")
    named = {"RoleName": "support-handbook-kb-dev", "PolicyName": ROLE_STATEMENTS}
    policy = iam.get_role_policy(**named)["PolicyDocument"]
    actions = [(s["Sid"], action) for s in policy["Statement"] for action in s["Action"]]
    for number, (sid, action) in enumerate(actions):
        if action == "s3vectors:GetIndex":  # when it is created
            continue
        lacking = deepcopy(policy)
        for statement in lacking["Statement"]:
            if statement["Sid"] == sid:
                statement["Action"] = [each for each in statement["Action"] if each != action]
        lacking["Statement"] = [statement for statement in lacking["Statement"] if statement["Action"]]
        iam.put_role_policy(**named, PolicyDocument=json.dumps(policy))
        s3.put_object(Bucket="support-manuals", Key="handbook/pump.txt", Body=f"{PASSAGE} {number}".encode())
        assert synchronized(dev)
        iam.put_role_policy(**named, PolicyDocument=json.dumps(lacking))
        s3.put_object(Bucket="support-manuals", Key="handbook/pump.txt", Body=f"{PASSAGE} no".encode())
        s3.put_object(Bucket="support-manuals", Key=f"handbook/{number}.txt", Body=PASSAGE.encode())
        refused = not synchronized(dev)
        try:
            found(dev)
        except Exception as error:
            assert "not authorized" in str(error) or "not able" in str(error), error
            refused = True
        assert refused, action
    iam.put_role_policy(**named, PolicyDocument=json.dumps(policy))


def test_another_index_is_another_knowledge_base_with_its_data_sources(dev: Deployment) -> None:
    """And the guard says so before."""
    dev.bring_to(DOCUMENT)
    before = outputs(dev)
    other = deepcopy(DOCUMENT)
    other["knowledge_bases"]["handbook"]["index"] = "documents/others"
    dev.write(other)
    plan = json.dumps(dev.plan())
    guarded = dev.vectorform("guard", "-", "--stack", "dev", stdin=plan)
    assert guarded.returncode == 0, guarded.stdout + guarded.stderr
    assert "it is replaced by another one" in guarded.stdout + guarded.stderr
    assert "Bedrock deletes its vectors" in guarded.stdout + guarded.stderr
    dev.apply(other)
    after = outputs(dev)
    assert after["knowledge_bases"]["handbook"]["id"] != before["knowledge_bases"]["handbook"]["id"]
    base = after["knowledge_bases"]["handbook"]["id"]
    assert after["data_sources"]["handbook/manuals"]["knowledge_base_id"] == base
    assert dev.run("plan", "-detailed-exitcode", "-input=false").returncode == 0


def test_it_is_destroyed(dev: Deployment) -> None:
    if not dev.state.exists():
        dev.apply(DOCUMENT)
    done = dev.destroy()
    assert done.returncode == 0, done.stdout + done.stderr
    agent = client(dev.aws, service="bedrock-agent", region=REGION)
    assert agent.list_knowledge_bases()["knowledgeBaseSummaries"] == []
    assert client(dev.aws, service="s3").list_buckets()["Buckets"] != []
