"""Leaving: an environment as plain Terraform plans no change, keeps its protection, and can give it up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.cli.schemas import accepts
from tests.rehearsal.deployments import REGION, Deployment, deployment

pytestmark = pytest.mark.toolchain

YAML = f"""
project: leaving
account_id: "123456789012"
regions: [{REGION}]
vector_buckets:
  docs:
    indexes:
      pages: {{dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}}
      plain: {{dimension: 4, distance_metric: cosine}}
access:
  app: {{permissions: read, grants: [{{bucket: docs}}], role: {{trusted_services: [lambda.amazonaws.com]}}}}
"""
BUCKET = "leaving-docs-dev"


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The environment, deployed with a vector in it, then ejected."""
    with deployment(tmp_path_factory.mktemp("leaving")) as made:
        made.write("dev", YAML)
        made.synthesize()
        made.deploy("dev")
        made.client("s3vectors").put_vectors(
            vectorBucketName=BUCKET,
            indexName="pages",
            vectors=[{"key": "one", "data": {"float32": [1.0, 0.0, 0.0, 0.0]}}],
        )
        done = made.project.vectorform("eject", "dev", "--format", "json", environment=made.environ())
        assert done.returncode == 0, done.stderr
        accepts("eject", json.loads(done.stdout))
        terraform(made, "init")
        yield made


def folder(made: Deployment) -> Path:
    return made.project.path / "terraform" / "dev"


def terraform(made: Deployment, *arguments: str, code: int = 0) -> str:
    command = ["terraform", f"-chdir={folder(made)}", *arguments, "-no-color", "-input=false"]
    done = made.project.run(*command, environment=made.environ())
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_plans_no_change_and_knows_nothing_of_us(left: Deployment) -> None:
    assert "No changes." in terraform(left, "plan", "-detailed-exitcode")
    text = (folder(left) / "main.tf.json").read_text()
    document = json.loads(text)
    assert not {"moved", "removed", "import", "//"} & document.keys()
    assert "local-exec" not in text and "vectorform verify" not in text


def test_it_is_not_written_over(left: Deployment) -> None:
    done = left.project.vectorform("eject", "dev", environment=left.environ())
    assert done.returncode == 1 and "exists already: nothing was written" in done.stderr


@pytest.mark.long
def test_the_protection_stays_and_is_taken_back_by_the_documented_steps(left: Deployment) -> None:
    path = folder(left) / "main.tf.json"
    whole = path.read_text()
    assert "cannot be destroyed" in terraform(left, "destroy", "-auto-approve", code=1)
    client = left.client("s3vectors")
    with pytest.raises(ClientError, match="explicit deny"):
        client.delete_index(vectorBucketName=BUCKET, indexName="plain")
    try:
        document = json.loads(whole)
        row = document["locals"]["vector_bucket_policies"]["docs"]
        policy = json.loads(row["policy"])
        arn = row["vector_bucket_arn"]
        policy["Statement"][0]["NotResource"] = [arn, f"{arn}/index/*"]
        row["policy"] = json.dumps(policy)
        path.write_text(json.dumps(document))
        assert "0 added, 1 changed, 0 destroyed" in terraform(left, "apply", "-auto-approve")
        indexes = document["resource"]["aws_s3vectors_index"]
        block = next(name for name in indexes if name.startswith("keyless_indexes"))
        indexes[block]["lifecycle"].pop("prevent_destroy")
        del document["locals"][block]["docs/plain"]
        path.write_text(json.dumps(document))
        assert "0 added, 0 changed, 1 destroyed" in terraform(left, "apply", "-auto-approve")
        listed = client.list_indexes(vectorBucketName=BUCKET)["indexes"]
        assert [index["indexName"] for index in listed] == ["pages"]
        vectors = client.list_vectors(vectorBucketName=BUCKET, indexName="pages")["vectors"]
        assert [vector["key"] for vector in vectors] == ["one"]
    finally:
        path.write_text(whole)
        terraform(left, "apply", "-auto-approve")
