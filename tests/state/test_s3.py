"""State in S3: the check, and Terraform itself with native locks, against the S3 of the local AWS."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.rehearsal.projects import VECTORFORM

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("s3-state")]

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1, us-east-1]
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
backend: {type: s3, bucket: example-state, region: eu-west-1}
verification: {after_apply: false}
"""
KEY = "search/prod.tfstate"
LOCK = f"{KEY}.tflock"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("s3-state")) as made:
        made.write("prod", CONFIG)
        made.synthesize()
        yield made


def check(deployed: Deployment) -> subprocess.CompletedProcess[str]:
    return deployed.project.run(*VECTORFORM, "backend", "check", "prod", environment=deployed.environ())


def keys(deployed: Deployment) -> list[str]:
    listed = deployed.client("s3").list_objects_v2(Bucket="example-state")
    return [entry["Key"] for entry in listed.get("Contents", [])]


def test_a_bucket_that_is_not_there(deployed: Deployment) -> None:
    done = check(deployed)
    assert done.returncode == 1
    assert done.stdout == (
        "WRONG   there is no bucket example-state\n        aws s3 mb s3://example-state --region eu-west-1\n"
    )


def test_a_bucket_without_versions(deployed: Deployment) -> None:
    place = {"LocationConstraint": "eu-west-1"}
    deployed.client("s3").create_bucket(Bucket="example-state", CreateBucketConfiguration=place)
    done = check(deployed)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "ok",
        "WRONG",
        *["ok"] * 4,
    ]
    assert "put-bucket-versioning --bucket example-state" in done.stdout


def test_all_is_fine_and_nothing_is_left(deployed: Deployment) -> None:
    deployed.client("s3").put_bucket_versioning(
        Bucket="example-state", VersioningConfiguration={"Status": "Enabled"}
    )
    done = check(deployed)
    assert done.returncode == 0, done.stdout
    assert "prod-us-east-1: no state yet, s3://example-state/search/prod-us-east-1.tfstate" in done.stdout
    assert keys(deployed) == []


def test_no_credentials_is_not_looked_at(deployed: Deployment) -> None:
    environ = deployed.environ()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        environ[name] = ""
    done = deployed.project.run(*VECTORFORM, "backend", "check", "prod", environment=environ)
    assert done.returncode == 2
    assert done.stdout.startswith("UNKNOWN Unable to locate credentials\n")


def test_two_applies_at_once_one_is_refused_and_nothing_is_lost(deployed: Deployment) -> None:
    init = deployed.terraform("prod", "init", "-no-color", "-input=false")
    assert init.returncode == 0, init.stdout + init.stderr
    first = subprocess.Popen(  # it holds the lock while it waits for its approval
        ["terraform", f"-chdir={deployed.folder('prod')}", "apply", "-no-color"],
        env=deployed.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while LOCK not in keys(deployed):
            assert first.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        second = deployed.apply("prod")
        checked = check(deployed)
    finally:
        output, _ = first.communicate("yes\n", timeout=120)
    assert first.returncode == 0, output
    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.stderr
    assert checked.returncode == 1
    assert "prod: the state is locked by " in checked.stdout
    assert "force-unlock" in checked.stdout

    assert keys(deployed) == [KEY]
    state = json.loads(deployed.client("s3").get_object(Bucket="example-state", Key=KEY)["Body"].read())
    types = sorted(resource["type"] for resource in state["resources"])
    assert types == [
        "aws_s3vectors_index",
        "aws_s3vectors_vector_bucket",
        "aws_s3vectors_vector_bucket_policy",
        "terraform_data",
    ]
    assert "4 resources at s3://example-state/search/prod.tfstate" in check(deployed).stdout


def test_the_state_of_a_region_that_is_gone_is_named(deployed: Deployment) -> None:
    state = deployed.client("s3").get_object(Bucket="example-state", Key=KEY)["Body"].read()
    deployed.client("s3").put_object(
        Bucket="example-state", Key="search/prod-ap-southeast-2.tfstate", Body=state
    )
    done = check(deployed)
    assert done.returncode == 1
    place = "s3://example-state/search/prod-ap-southeast-2.tfstate"
    assert f"WRONG   {place} still holds 4 resources, but config/prod.yaml" in done.stdout
    assert "`cdktf destroy prod-ap-southeast-2 --ignore-missing-stack-dependencies`" in done.stdout
    refused = deployed.project.run(*VECTORFORM, "rollout", "prod", environment=deployed.environ())
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{place} still holds 4 resources" in refused.stderr
    assert "`cdktf destroy prod-ap-southeast-2 --ignore-missing-stack-dependencies`" in refused.stderr
