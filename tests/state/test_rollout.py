"""`vectorform rollout` where the state is remote: in S3, and in the workspaces of HCP Terraform."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.rollout.three_regions import phases
from tests.state.hcp.service import StandIn

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("remote-rollout")]

IN_S3 = """\
project: search
account_id: "123456789012"
regions: [eu-west-1, us-east-1]
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
backend: {type: s3, bucket: example-state, region: eu-west-1}
"""


def rollout(made: Deployment, *arguments: str) -> subprocess.CompletedProcess[str]:
    return made.project.vectorform("rollout", *arguments, environment=made.environ())


def test_with_state_in_s3(tmp_path: Path) -> None:
    with deployment(tmp_path) as made:
        made.write("prod", IN_S3)
        missing = rollout(made, "prod")
        assert missing.returncode == 1
        assert phases(missing.stdout) == {"eu-west-1": "failed", "us-east-1": "held"}
        assert "vectorform backend check prod" in missing.stdout
        place = {"LocationConstraint": "eu-west-1"}
        made.client("s3").create_bucket(Bucket="example-state", CreateBucketConfiguration=place)
        done = rollout(made, "prod")
        assert done.returncode == 0, done.stdout + done.stderr
        assert phases(done.stdout) == {"eu-west-1": "done", "us-east-1": "done"}
        stored = made.client("s3").list_objects_v2(Bucket="example-state")["Contents"]
        assert [it["Key"] for it in stored] == ["search/prod-us-east-1.tfstate", "search/prod.tfstate"]


def test_in_workspaces_with_remote_runs(cloud: tuple[Deployment, StandIn]) -> None:
    """Their plans come as text, so that what they lose is read from the plan itself."""
    made, service = cloud
    planned = rollout(made, "dev", "--dry-run")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "### `dev` (eu-west-1): 3 added" in planned.stdout
    done = rollout(made, "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert phases(done.stdout) == {"eu-west-1": "done"} and "3 added" in done.stdout

    made.project.edit("config/dev.yaml", "    indexes:", "    deletion_protection: false\n    indexes:")
    assert rollout(made, "dev").returncode == 0
    made.project.edit("config/dev.yaml", "dimension: 4", "dimension: 8")
    refused = rollout(made, "dev")
    assert refused.returncode == 1
    assert "index documents/pages would be replaced by an empty one" in refused.stdout
    runs = len(service.runs)
    judged = made.project.vectorform("guard", "dev", environment=made.environ())
    assert "index documents/pages, with 0 vectors, would be replaced by an empty one" in judged.stdout
    assert len(service.runs) == runs  # without its protection nothing is planned there
    bucket, index = "search-documents-dev", "pages"
    found = made.client("s3vectors").get_index(vectorBucketName=bucket, indexName=index)
    assert found["index"]["dimension"] == 4
    assert service.unknown == []
