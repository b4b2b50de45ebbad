"""The same with the state in S3, where it and its lock can be out of reach."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator

import pytest

from s3vectors_local.faults import Fault
from tests.processes.test_tied import processes_about, wait_until
from tests.rehearsal.deployments import Deployment, deployment

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-remote-state")]

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
backend: {type: s3, bucket: example-state, region: eu-west-1}
"""
INDEX = "      %s: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}\n"
BUCKET = "search-documents-prod"
STATE = "/example-state/search/prod.tfstate"


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("remote")) as made:
        s3 = made.client("s3")
        place = {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket="example-state", CreateBucketConfiguration=place)
        s3.put_bucket_versioning(Bucket="example-state", VersioningConfiguration={"Status": "Enabled"})
        made.write("prod", CONFIG)
        made.synthesize()
        made.deploy("prod")
        vectors = [{"key": "kept", "data": {"float32": [1.0] * 4}}]
        made.client("s3vectors").put_vectors(vectorBucketName=BUCKET, indexName="pages", vectors=vectors)
        yield made


def add(prod: Deployment, name: str) -> None:
    prod.project.edit("config/prod.yaml", "backend:", f"{INDEX % name}backend:")
    prod.synthesize()


def vectorform(prod: Deployment, *arguments: str) -> subprocess.CompletedProcess[str]:
    return prod.project.vectorform(*arguments, environment=prod.environ())


def names(prod: Deployment) -> set[str]:
    listed = prod.client("s3vectors").list_indexes(vectorBucketName=BUCKET)
    return {one["indexName"] for one in listed["indexes"]}


def settled(prod: Deployment) -> None:
    done = prod.terraform("prod", "plan", "-no-color", "-detailed-exitcode")
    assert done.returncode == 0, done.stdout + done.stderr
    listed = prod.client("s3vectors").list_vectors(vectorBucketName=BUCKET, indexName="pages")
    assert [vector["key"] for vector in listed["vectors"]] == ["kept"]
    assert vectorform(prod, "backend", "check", "prod").returncode == 0


def unlock(prod: Deployment, said: str) -> None:
    """Run the command that was printed."""
    (identifier,) = set(re.findall(r"force-unlock (?:-force )?([0-9a-f-]{36})", said))
    done = prod.terraform("prod", "force-unlock", "-force", identifier)
    assert done.returncode == 0, done.stdout + done.stderr


def test_killed_with_the_lock_in_its_hands(prod: Deployment) -> None:
    """The lock stays, and is named with the command that lifts it; what was made is adopted."""
    add(prod, "killed")
    prod.aws.inject(Fault("latency", "CreateIndex", milliseconds=2000, count=1))
    prod.aws.forget_requests()
    process = subprocess.Popen(
        ["terraform", f"-chdir={prod.folder('prod')}", "apply", "-auto-approve"],
        cwd=prod.project.path,
        env=prod.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: "s3vectors:CreateIndex" in prod.aws.requests(), "the index is asked for")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not processes_about(str(prod.project.path)), "nothing of it runs any more")
    wait_until(lambda: "killed" in names(prod), "the creation that was under way is done")

    refused = prod.apply("prod")
    assert refused.returncode == 1 and "Error acquiring the state lock" in refused.stderr
    checked = vectorform(prod, "backend", "check", "prod")
    assert checked.returncode == 1 and "the state is locked by" in checked.stdout
    unlock(prod, checked.stdout)
    adopted = vectorform(prod, "adopt", "prod")
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert prod.apply("prod").returncode == 0
    settled(prod)


def test_credentials_expire_before_the_state_is_saved(prod: Deployment) -> None:
    """Terraform leaves the state beside the stack. No synth until it is pushed, so no deploy either."""
    add(prod, "unsaved")
    prod.aws.inject(Fault("expire", f"s3:PUT {STATE}"), Fault("expire", f"s3:DELETE {STATE}.tflock"))
    failed = prod.apply("prod")
    prod.aws.clear_faults()
    assert failed.returncode == 1
    assert "Failed to persist state to backend" in failed.stderr and "ExpiredToken" in failed.stderr
    assert (prod.folder("prod") / "errored.tfstate").exists()
    assert "unsaved" in names(prod)

    checked = vectorform(prod, "backend", "check", "prod")
    assert checked.returncode == 1
    unlock(prod, checked.stdout)
    push = "terraform -chdir=cdktf.out/stacks/prod state push errored.tfstate"
    refused = vectorform(prod, "adopt", "prod")
    assert refused.returncode != 0
    assert "cdktf.out/stacks/prod/errored.tfstate: the last apply of prod could not save its state" in (
        refused.stderr
    )
    assert f"`{push}`, then `rm cdktf.out/stacks/prod/errored.tfstate`" in refused.stderr
    done = prod.project.run(*push.split(), environment=prod.environ())
    assert done.returncode == 0, done.stdout + done.stderr
    (prod.folder("prod") / "errored.tfstate").unlink()
    prod.synthesize()
    assert "0 destroyed" in prod.apply("prod").stdout
    settled(prod)


def test_a_version_from_before_put_back(prod: Deployment) -> None:
    """As with a local state: what it does not know is not deleted, and is adopted."""
    add(prod, "newer")
    s3 = prod.client("s3")
    bucket, key = STATE[1:].split("/", 1)
    before = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert prod.apply("prod").returncode == 0
    s3.put_object(Bucket=bucket, Key=key, Body=before)
    refused = prod.apply("prod")
    assert refused.returncode == 1 and "vectorform adopt prod" in refused.stderr
    adopted = vectorform(prod, "adopt", "prod")
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert prod.apply("prod").returncode == 0
    settled(prod)
