"""What `--state` keeps, through a clean end, a SIGKILL, and against damage."""

from __future__ import annotations

import json
import os
import pickle
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from s3vectors_local import process
from s3vectors_local.bedrock.resources import (
    Ingested,
    IngestionJob,
    KnowledgeBase,
    Resource,
    Scope,
    Statistics,
)
from s3vectors_local.bedrock.store import Store
from s3vectors_local.persistence import State
from s3vectors_local.process import LocalAws, LocalAwsError
from tests.nursery import local_aws
from tests.s3vectors_local.conftest import make_client

INDEX = {"vectorBucketName": "kept", "indexName": "index"}


def fill(aws: LocalAws) -> None:
    s3vectors, iam, kms = (make_client(aws, name) for name in ("s3vectors", "iam", "kms"))
    s3vectors.create_vector_bucket(vectorBucketName="kept", tags={"a": "b"})
    policy = {"Effect": "Allow", "Principal": "*", "Action": "s3vectors:GetIndex", "Resource": "*"}
    s3vectors.put_vector_bucket_policy(
        vectorBucketName="kept", policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    )
    s3vectors.create_index(
        **INDEX,
        dataType="float32",
        dimension=2,
        distanceMetric="euclidean",
        metadataConfiguration={
            "nonFilterableMetadataKeys": ["text"],
            "textSearchConfigurations": [{"metadataKey": "title", "language": "de"}],
        },
        tags={"c": "d"},
    )
    vectors = [
        {"key": f"k{i}", "data": {"float32": [0.1, i]}, "metadata": {"n": i, "text": "ü"}} for i in range(9)
    ]
    s3vectors.put_vectors(**INDEX, vectors=vectors)
    s3vectors.delete_vectors(**INDEX, keys=["k3"])
    s3vectors.put_vectors(**INDEX, vectors=[{"key": "k1", "data": {"float32": [7, 7]}}])
    iam.create_user(UserName="kept-user")
    kms.create_key(Description="kept")
    ssm = make_client(aws, "ssm")
    ssm.put_parameter(Name="/kept/a", Value="1", Type="String", Tags=[{"Key": "a", "Value": "b"}])
    s3 = make_client(aws, "s3", "us-east-1")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="a", Body=b"content")


def everything(aws: LocalAws) -> dict[str, Any]:
    s3vectors = make_client(aws, "s3vectors")
    bucket = s3vectors.get_vector_bucket(vectorBucketName="kept")["vectorBucket"]
    index = s3vectors.get_index(**INDEX)["index"]
    s3, kms = make_client(aws, "s3", "us-east-1"), make_client(aws, "kms")
    ssm = make_client(aws, "ssm")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return {
        "bucket": bucket,
        "policy": s3vectors.get_vector_bucket_policy(vectorBucketName="kept")["policy"],
        "index": index,
        "tags": [
            s3vectors.list_tags_for_resource(resourceArn=arn)["tags"]
            for arn in (bucket["vectorBucketArn"], index["indexArn"])
        ],
        "vectors": s3vectors.list_vectors(**INDEX, returnData=True, returnMetadata=True)["vectors"],
        "users": [user["Arn"] for user in make_client(aws, "iam").list_users()["Users"]],
        "keys": [(key["Arn"], key["Description"]) for key in keys],
        "parameter": ssm.get_parameter(Name="/kept/a")["Parameter"],
        "tags of the parameter": ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/kept/a")[
            "TagList"
        ],
        "object": s3.get_object(Bucket="kept", Key="a")["Body"].read(),
    }


def test_survives_an_end_and_a_kill(tmp_path: Path) -> None:
    """What is killed is the process that users have: a fork would go on for a moment."""
    with process.local_aws(state=tmp_path) as aws:
        fill(aws)
        before = everything(aws)
        os.kill(aws.pid, signal.SIGKILL)
    with local_aws(state=tmp_path) as aws:
        assert everything(aws) == before
        make_client(aws, "s3vectors").delete_vectors(**INDEX, keys=["k0"])
    with local_aws(state=tmp_path) as aws:
        assert everything(aws)["vectors"] == before["vectors"][1:]


def test_a_directory_is_for_one_at_a_time(tmp_path: Path) -> None:
    with (
        local_aws(state=tmp_path),
        pytest.raises(LocalAwsError, match="in use by another local AWS"),
        local_aws(state=tmp_path),
    ):
        pass


@pytest.mark.parametrize("file", ["s3vectors.sqlite", "moto.pickle"])
def test_damage_is_said(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_bytes(b"what is this?" * 1000)
    with pytest.raises(LocalAwsError, match=r"remove .* to start anew") as refused, local_aws(state=tmp_path):
        pass
    assert "Traceback" not in str(refused.value)


def test_state_of_another_moto_is_said(tmp_path: Path) -> None:
    (tmp_path / "moto.pickle").write_bytes(pickle.dumps({"moto": "1.0", "services": {}}))
    with pytest.raises(LocalAwsError, match=r"written by moto 1\.0, not"), local_aws(state=tmp_path):
        pass


def test_knowledge_bases_survive_and_a_killed_job_has_failed(tmp_path: Path) -> None:
    scope = Scope("123456789012", "us-east-1")
    base = KnowledgeBase(
        id="KB",
        status="ACTIVE",
        created=1.5,
        updated=2.5,
        arn="arn:kb",
        name="handbook",
        role_arn="arn:role",
        configuration={"type": "VECTOR"},
        storage={"type": "S3_VECTORS"},
        index_arn="arn:index",
        model_arn="arn:model",
        dimension=2,
        tags={"a": "b"},
    )
    where = {"data_source": "DS", "uri": "s3://a/b"}
    document = Ingested("DS s3://a/b", "INDEXED", 1, 1, **where, etag="e", metadata_etag=None, keys=("k",))
    of = {"knowledge_base": "KB", "data_source": "DS"}
    running = IngestionJob("J", "IN_PROGRESS", 1, 1, **of, statistics=Statistics(scanned=3))
    kept: tuple[Resource, ...] = (base, document, running, IngestionJob("GONE", "COMPLETE", 1, 1, **of))
    with closing(State.open(tmp_path)) as state:
        store = Store(state)
        for resource in kept:
            store.save(scope, resource)
        store.remove(scope, store.jobs(scope, "DS")[0])
    with closing(State.open(tmp_path)) as state:
        store = Store(state)
        assert store.knowledge_base(scope, "KB") == base
        assert store.ingested(scope, "DS") == [document]
        [job] = store.jobs(scope, "DS")
    assert (job.status, job.statistics.scanned) == ("FAILED", 3)
    assert "ended while the job was running" in job.failure_reasons[0]
