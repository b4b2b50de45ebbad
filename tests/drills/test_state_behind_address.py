"""The same with the state behind an address, as GitLab keeps it: moved there, rolled out, killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3vectors_local.faults import Fault
from tests.drills.test_remote_state import CONFIG, add, names, settled, unlock, vectorform
from tests.processes.test_tied import processes_about, wait_until
from tests.rehearsal.deployments import Deployment, deployment
from tests.state.address import PASSWORD, USERNAME, States, stand_in

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-behind-address")]

IN_S3 = "backend: {type: s3, bucket: example-state, region: eu-west-1}"
LOCAL = "backend: {type: local}"
STATE = "/terraform/state/search-prod"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, States]]:
    """Deployed with a local state, which was taken there."""
    with deployment(tmp_path_factory.mktemp("address")) as made, stand_in() as service:
        made.credentials.update({"TF_HTTP_USERNAME": USERNAME, "TF_HTTP_PASSWORD": PASSWORD})
        made.write("prod", CONFIG.replace(IN_S3, LOCAL))
        made.synthesize()
        made.deploy("prod")
        vectors = [{"key": "kept", "data": {"float32": [1.0] * 4}}]
        s3vectors = made.client("s3vectors")
        s3vectors.put_vectors(vectorBucketName="search-documents-prod", indexName="pages", vectors=vectors)
        address = f"{service.address}/terraform/state/{{project}}-{{stack}}"
        made.write("prod", CONFIG.replace(IN_S3, f'backend: {{type: http, address: "{address}"}}'))
        done = vectorform(made, "backend", "move", "prod", "--from", "local")
        assert done.returncode == 0, done.stdout + done.stderr
        assert list(service.states) == [STATE] and service.locks == {}
        yield made, service


def test_it_is_rolled_out_and_no_password_is_left_anywhere(moved: tuple[Deployment, States]) -> None:
    made, service = moved
    planned = vectorform(made, "rollout", "prod", "--dry-run")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    add(made, "rolled")
    done = vectorform(made, "rollout", "prod")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rolled" in names(made) and service.locks == {}
    settled(made)
    seen = vectorform(made, "status", "prod")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    kept = [path for path in Path(made.project.path).rglob("*") if path.is_file() and _has(path)]
    assert kept == []


def _has(path: Path) -> bool:
    return PASSWORD.encode() in path.read_bytes()


def test_killed_with_the_lock_in_its_hands(moved: tuple[Deployment, States]) -> None:
    """The lock stays, and is named with the command that lifts it; what was made is adopted."""
    made, service = moved
    add(made, "killed")
    made.aws.inject(Fault("latency", "CreateIndex", milliseconds=2000, count=1))
    made.aws.forget_requests()
    process = subprocess.Popen(
        ["terraform", f"-chdir={made.folder('prod')}", "apply", "-auto-approve"],
        cwd=made.project.path,
        env=made.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: "s3vectors:CreateIndex" in made.aws.requests(), "the index is asked for")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not processes_about(str(made.project.path)), "nothing of it runs any more")
    wait_until(lambda: "killed" in names(made), "the creation that was under way is done")
    assert list(service.locks) == [STATE]

    refused = made.apply("prod")
    assert refused.returncode == 1 and "Error acquiring the state lock" in refused.stderr
    checked = vectorform(made, "backend", "check", "prod")
    assert checked.returncode == 1 and "the state is locked by" in checked.stdout
    unlock(made, checked.stdout)
    adopted = vectorform(made, "adopt", "prod")
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert made.apply("prod").returncode == 0
    settled(made)
