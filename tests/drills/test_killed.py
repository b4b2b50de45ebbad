"""SIGKILL at every stage of a deploy: of all its processes, as when the machine fails, and of the parent.

Migrations: tests/migration; rollouts: tests/rollout.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3vectors_local.faults import Fault
from tests.drills.drilled import (
    BUCKET,
    LATENCY,
    VECTORS,
    Drilled,
    drilled,
    machine_fails,
    parent_dies,
    said,
    undeployed,
)
from tests.nursery import local_aws
from tests.processes.test_tied import wait_until

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-killed")]

TOFU = shutil.which("tofu")
BOTH = [pytest.param(machine_fails, id="machine"), pytest.param(parent_dies, id="parent")]
# Ends the app between cdktf's writing of a stack and ours.
KILLED_SYNTH = """
import os, runpy, signal
from vectorform.blocks import bindings
bindings.prepare()
import stacks.app
stacks.app.complete = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
runpy.run_path("main.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drilled]:
    with drilled(tmp_path_factory.mktemp("killed")) as dev:
        yield dev


def test_in_the_middle_of_a_synth(dev: Drilled) -> None:
    """What is half written cannot be applied, and the next synth writes it anew."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_SYNTH], cwd=dev.root, env=dev.environment, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    assert "each.value cannot be used in this context" in dev.refused()
    assert dev.synth().returncode == 0
    dev.settled()


def test_a_first_deploy_that_was_not_approved_and_then_killed(tmp_path: Path) -> None:
    """Terraform leaves a state of 0 bytes, which it made to lock it: it is no state, and damages nothing."""
    with undeployed(tmp_path) as dev:
        dev.write(dev.yaml())
        assert dev.run("init", "-input=false", "-no-color").returncode == 0
        command = [dev.terraform, "apply", "-no-color"]
        asks = subprocess.Popen(
            command, cwd=dev.stack, env=dev.environment, stdin=subprocess.PIPE, start_new_session=True
        )
        wait_until(dev.state.exists, "the state is locked")
        machine_fails(asks.pid)
        asks.communicate()
        assert dev.state.read_bytes() == b"" and dev.synth().returncode == 0
        dev.aws.inject(Fault("latency", "CreateVectorBucket", milliseconds=LATENCY, count=1))
        dev.killed("apply", "-auto-approve", call="s3vectors:CreateVectorBucket", how=machine_fails)
        wait_until(
            lambda: bool(dev.s3vectors.list_vector_buckets()["vectorBuckets"]),
            "the creation that was under way is done",
        )
        assert dev.synth().returncode == 0
        dev.adopt()
        assert "matches the configuration" in dev.apply()


@pytest.mark.parametrize("how", BOTH)
def test_in_the_middle_of_a_plan(dev: Drilled, how) -> None:
    dev.aws.inject(Fault("latency", "GetIndex", milliseconds=LATENCY, count=1))
    dev.killed("plan", call="s3vectors:GetIndex", how=how)
    dev.settled()


@pytest.mark.parametrize("how", BOTH)
def test_in_the_middle_of_a_creation(dev: Drilled, how) -> None:
    """The index is made, and nobody has seen it: it is refused once more, and adopted."""
    name = f"killed-{how.__name__.replace('_', '-')}"
    dev.add(name)
    dev.aws.inject(Fault("latency", "CreateIndex", milliseconds=LATENCY, count=1))
    dev.killed("apply", "-auto-approve", call="s3vectors:CreateIndex", how=how)
    wait_until(lambda: name in dev.names(), "the creation that was under way is done")
    assert "list it: `vectorform adopt dev --dry-run`" in dev.synth().stdout
    refused = said(dev.tried())
    assert "An index with the specified name already exists" in refused
    assert "vectorform adopt dev" in refused
    told = dev.adopt()
    assert f'aws_s3vectors_index.indexes_documents["documents/{name}"] was imported into the state' in told
    assert "matches the configuration" in dev.apply()
    dev.settled()


@pytest.mark.skipif(TOFU is None, reason="there is no tofu on PATH")
def test_opentofu_has_recorded_nothing_yet(tmp_path: Path) -> None:
    """It writes a local state every 20 s: all that was made is named by the next synth, and adopted."""
    with local_aws() as aws:
        dev = Drilled(tmp_path / "project", aws, str(TOFU))
        dev.environment["TERRAFORM_BINARY_NAME"] = str(TOFU)
        dev.add("second")
        assert dev.run("init", "-input=false", "-no-color").returncode == 0
        dev.aws.inject(Fault("latency", "CreateIndex", milliseconds=LATENCY, count=2))
        dev.killed("apply", "-auto-approve", call="s3vectors:CreateIndex", how=machine_fails)
        wait_until(lambda: dev.names() == set(dev.indexes), "the creations under way are done")
        assert dev.addresses() == set()
        synth = dev.synth()
        assert synth.returncode == 0 and "import it: `vectorform adopt dev`" in synth.stdout
        assert len(dev.adopt().splitlines()) >= 6  # bucket, its key, alias, two indexes, IAM
        assert "matches the configuration" in dev.apply()
        assert "killed" not in dev.synth().stdout
        dev.fill(BUCKET, "first", VECTORS)
        dev.settled()


@pytest.mark.parametrize("how", BOTH)
def test_in_the_middle_of_a_verification(dev: Drilled, how) -> None:
    """Only the verifier lists indexes. What was made is known, and the next apply verifies it."""
    dev.add(f"verified-{how.__name__.replace('_', '-')}")
    dev.aws.inject(Fault("latency", "ListIndexes", milliseconds=LATENCY, count=1))
    dev.killed("apply", "-auto-approve", call="s3vectors:ListIndexes", how=how)
    assert "matches the configuration" in dev.apply()
    dev.settled()
