"""Terraform interrupted in the middle of a creation that takes long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests import nursery
from tests.rehearsal.provider.conftest import Terraform

pytestmark = [pytest.mark.toolchain, pytest.mark.long]

BUCKET = "aws_s3vectors_vector_bucket"


@pytest.fixture
def applying(terraform: Terraform, aws: LocalAws) -> Iterator[subprocess.Popen[str]]:
    """An apply that waits three seconds for CreateVectorBucket, and has already asked for it."""
    terraform.configure({"resource": {BUCKET: {"b": {"vector_bucket_name": "interrupted"}}}})
    aws.forget_requests()
    aws.inject(Fault(kind="latency", operation="CreateVectorBucket", milliseconds=3000, count=1))
    process = subprocess.Popen(
        ["terraform", "apply", "-auto-approve", "-no-color"],
        cwd=terraform.directory,
        env={**terraform.environment, nursery.SOCKET: ""},  # the process that users have
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: bool(aws.requests().get("s3vectors:CreateVectorBucket")))
    yield process
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout
    process.stdout.close()
    aws.clear_faults()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Ids of the processes that `pid` has started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if line.split()[1] == str(pid)]


def runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_ctrl_c_lets_the_creation_end_and_saves_it(
    terraform: Terraform, applying: subprocess.Popen[str]
) -> None:
    (provider,) = children(applying.pid)
    os.killpg(applying.pid, signal.SIGINT)
    output, _ = applying.communicate(timeout=60)
    assert f"{BUCKET}.b: Creation complete" in output
    assert terraform.run("state", "list").split() == [f"{BUCKET}.b"]
    assert not runs(provider)
    terraform.destroy()


def test_the_provider_of_a_killed_terraform_ends(applying: subprocess.Popen[str]) -> None:
    (provider,) = children(applying.pid)
    applying.kill()
    applying.wait()
    wait_until(lambda: not runs(provider))
