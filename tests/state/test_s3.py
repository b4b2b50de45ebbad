"""State in S3: the check, and Terraform itself with native locks, against the S3 of the local AWS."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.rehearsal.deployments import Deployment, deployment

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
STATE = "example-state"
KEY = "search/prod.tfstate"
LOCK = f"{KEY}.tflock"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("s3-state")) as made:
        yield made


@pytest.fixture
def without_bucket(project: Deployment) -> Deployment:
    project.write("prod", CONFIG.replace(STATE, "no-state"))
    return project


@pytest.fixture
def unversioned(project: Deployment) -> Deployment:
    create(project, "unversioned-state", versions=False)
    project.write("prod", CONFIG.replace(STATE, "unversioned-state"))
    return project


@pytest.fixture
def empty(project: Deployment) -> Deployment:
    """With a bucket as it should be."""
    create(project, "empty-state")
    project.write("prod", CONFIG.replace(STATE, "empty-state"))
    return project


@dataclass(frozen=True)
class Contended:
    """Two applies at once: how they ended, what check and status said meanwhile, what was stored then."""

    first: int | None
    output: str
    second: subprocess.CompletedProcess[str]
    checked: subprocess.CompletedProcess[str]
    status: subprocess.CompletedProcess[str]
    stored: list[str]


@pytest.fixture(scope="module")
def contended(project: Deployment) -> Contended:
    create(project, STATE)
    project.write("prod", CONFIG)
    project.synthesize()
    init = project.terraform("prod", "init", "-no-color", "-input=false")
    assert init.returncode == 0, init.stdout + init.stderr
    first = subprocess.Popen(  # it holds the lock while it waits for its approval
        ["terraform", f"-chdir={project.folder('prod')}", "apply", "-no-color"],
        env=project.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while LOCK not in keys(project):
            assert first.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        second = project.apply("prod")
        checked = check(project)
        status = project.project.vectorform(
            "status", "prod", "--format", "json", environment=project.environ()
        )
    finally:
        output, _ = first.communicate("yes\n", timeout=120)
    return Contended(first.returncode, output, second, checked, status, keys(project))


@pytest.fixture
def deployed(project: Deployment, contended: Contended) -> Deployment:
    """The home region is; its state is in the bucket."""
    assert contended.first == 0, contended.output
    project.write("prod", CONFIG)
    return project


def create(made: Deployment, bucket: str, versions: bool = True) -> None:
    s3 = made.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if versions:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def check(made: Deployment) -> subprocess.CompletedProcess[str]:
    return made.project.vectorform("backend", "check", "prod", environment=made.environ())


def keys(made: Deployment, bucket: str = STATE) -> list[str]:
    listed = made.client("s3").list_objects_v2(Bucket=bucket)
    return [entry["Key"] for entry in listed.get("Contents", [])]


def test_a_bucket_that_is_not_there(without_bucket: Deployment) -> None:
    done = check(without_bucket)
    assert done.returncode == 1
    assert done.stdout == (
        "WRONG   the bucket no-state does not exist\n        aws s3 mb s3://no-state --region eu-west-1\n"
    )


def test_a_bucket_without_versions(unversioned: Deployment) -> None:
    done = check(unversioned)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "ok",
        "WRONG",
        *["ok"] * 4,
    ]
    assert "put-bucket-versioning --bucket unversioned-state" in done.stdout


def test_all_is_fine_and_nothing_is_left(empty: Deployment) -> None:
    done = check(empty)
    assert done.returncode == 0, done.stdout
    assert "prod-us-east-1: no state yet, s3://empty-state/search/prod-us-east-1.tfstate" in done.stdout
    assert keys(empty, "empty-state") == []


def test_no_credentials_is_not_looked_at(without_bucket: Deployment) -> None:
    environ = without_bucket.environ()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        environ[name] = ""
    done = without_bucket.project.vectorform("backend", "check", "prod", environment=environ)
    assert done.returncode == 2
    assert done.stdout.startswith("UNKNOWN Unable to locate credentials\n")


def test_two_applies_at_once_one_is_refused_and_nothing_is_lost(
    contended: Contended, deployed: Deployment
) -> None:
    assert contended.second.returncode == 1
    assert "Error acquiring the state lock" in contended.second.stderr
    assert contended.checked.returncode == 1
    assert "prod: the state is locked by " in contended.checked.stdout
    assert "force-unlock" in contended.checked.stdout

    assert contended.stored == [KEY]
    state = json.loads(deployed.client("s3").get_object(Bucket=STATE, Key=KEY)["Body"].read())
    types = sorted(resource["type"] for resource in state["resources"])
    assert types == [
        "aws_s3vectors_index",
        "aws_s3vectors_vector_bucket",
        "aws_s3vectors_vector_bucket_policy",
        "terraform_data",
        "terraform_data",
        "terraform_data",
    ]
    assert "6 resources at s3://example-state/search/prod.tfstate" in check(deployed).stdout


def test_the_status_of_states_in_s3(contended: Contended, deployed: Deployment) -> None:
    """Meanwhile there was a lock and no state; afterwards there is the time and the version of the object."""
    (home, _) = json.loads(contended.status.stdout)["regions"]
    assert (home["lock"]["operation"], home["state"], home["deployed"]) == ("apply", "none", "never")
    done = deployed.project.vectorform("status", "prod", environment=deployed.environ())
    assert done.returncode == 1  # the second region was never deployed
    (line,) = (line.split("  ") for line in done.stdout.splitlines() if line.startswith("eu-west-1"))
    assert "not recorded" in line and "free" in line
    found = deployed.project.vectorform("status", "prod", "--format", "json", environment=deployed.environ())
    (home, _) = json.loads(found.stdout)["regions"]
    head = deployed.client("s3").head_object(Bucket=STATE, Key=KEY)
    assert home["version"] == head["VersionId"]
    assert home["written"] == head["LastModified"].isoformat(timespec="seconds")


@pytest.fixture
def left(deployed: Deployment) -> Iterator[Deployment]:
    """With the state of a region that is not in the file."""
    s3 = deployed.client("s3")
    state = s3.get_object(Bucket=STATE, Key=KEY)["Body"].read()
    s3.put_object(Bucket=STATE, Key="search/prod-ap-southeast-2.tfstate", Body=state)
    yield deployed
    s3.delete_object(Bucket=STATE, Key="search/prod-ap-southeast-2.tfstate")


def test_the_state_of_a_region_that_is_gone_is_named(left: Deployment) -> None:
    done = check(left)
    assert done.returncode == 1
    place = "s3://example-state/search/prod-ap-southeast-2.tfstate"
    assert f"WRONG   {place} still holds 6 resources, but config/prod.yaml" in done.stdout
    assert "`cdktf destroy prod-ap-southeast-2 --ignore-missing-stack-dependencies`" in done.stdout
    refused = left.project.vectorform("rollout", "prod", environment=left.environ())
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{place} still holds 6 resources" in refused.stderr
    assert "`cdktf destroy prod-ap-southeast-2 --ignore-missing-stack-dependencies`" in refused.stderr
