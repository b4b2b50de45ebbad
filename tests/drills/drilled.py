"""The environment that is drilled: protected, verified after every apply, with vectors to lose."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from s3vectors_local.process import LocalAws
from tests.nursery import local_aws
from tests.processes.test_tied import processes_about, wait_until
from tests.rehearsal.terraforming import Deployment, environment, index, set_up, unwrapped

BUCKET = "drilled"
VECTORS = 3
LATENCY = 2000  # milliseconds in which a call can be caught under way
NO_CHANGES = 0  # terraform plan -detailed-exitcode


class Drilled(Deployment):
    """`first` holds vectors; drills add indexes to it."""

    def __init__(self, root: Path, aws: LocalAws, terraform: str) -> None:
        super().__init__(root, aws, terraform)
        self.indexes = {"first": index()}

    def yaml(self) -> dict[str, Any]:
        access = {
            "permissions": "read-write",
            "grants": [{"bucket": "documents"}],
            "role": {"trusted_services": ["lambda.amazonaws.com"]},
        }
        return environment(
            indexes=self.indexes,
            bucket_name=BUCKET,
            bucket_tags={"Team": "search"},
            bucket_encryption={"sse_type": "aws:kms", "create_key": True},
            verification={"after_apply": True},
            access={BUCKET: access},
        )

    def first_deploy(self) -> str:
        """What Terraform said."""
        told = self.apply(self.yaml())
        self.fill(BUCKET, "first", VECTORS)
        return told

    def add(self, name: str) -> None:
        """One more index in the file, and in the synthesized stack."""
        self.indexes[name] = index()
        self.write(self.yaml())

    def names(self) -> set[str]:
        """The indexes that AWS has."""
        listed = self.s3vectors.list_indexes(vectorBucketName=BUCKET)
        return {one["indexName"] for one in listed["indexes"]}

    def synth(self) -> subprocess.CompletedProcess[str]:
        """What `cdktf synth` runs."""
        return subprocess.run(
            [sys.executable, "main.py"], cwd=self.root, env=self.environment, capture_output=True, text=True
        )

    def adopt(self) -> str:
        """`vectorform adopt`, which must succeed; what it said."""
        done = self.vectorform("adopt", "dev")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def settled(self) -> None:
        """Nothing is left to do, nothing was deleted on the way, and every vector is there."""
        done = self.run("plan", "-input=false", "-no-color", "-detailed-exitcode")
        assert done.returncode == NO_CHANGES, done.stdout + done.stderr
        assert self.names() == set(self.indexes)
        assert self.count(BUCKET, "first") == VECTORS
        assert not [call for call in self.aws.requests() if call.startswith("s3vectors:Delete")]

    def limited(self, kilobytes: int) -> subprocess.CompletedProcess[str]:
        """An apply on a disk that is full: no file grows beyond that."""
        command = [self.terraform, "apply", "-auto-approve", "-input=false", "-no-color"]
        return subprocess.run(
            ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "bash", *command],
            cwd=self.stack,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    @contextlib.contextmanager
    def started(self, *arguments: str, call: str) -> Iterator[subprocess.Popen[bytes]]:
        """Terraform as it waits for `call`, which has come in; it is awaited."""
        self.aws.forget_requests()
        process = subprocess.Popen(
            [self.terraform, *arguments],
            cwd=self.stack,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(lambda: process.poll() is not None or call in self.aws.requests(), f"{call} comes in")
            assert process.poll() is None, f"it ended before {call}"
            yield process
        finally:
            process.wait()

    def killed(self, *arguments: str, call: str, how: Callable[[int], None]) -> None:
        """Kill Terraform by `how` when `call` has come in, and see that nothing of it goes on."""
        with self.started(*arguments, call=call) as process:
            how(process.pid)
        wait_until(lambda: not processes_about(str(self.root)), "nothing of it runs any more")
        self.aws.clear_faults()


def machine_fails(pid: int) -> None:
    """All of it at once."""
    os.killpg(pid, signal.SIGKILL)


def parent_dies(pid: int) -> None:
    """Terraform alone; the provider and the verifier notice, or end by themselves."""
    os.kill(pid, signal.SIGKILL)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Everything that was printed, without frames and line breaks."""
    return unwrapped(done.stdout + done.stderr)


@contextlib.contextmanager
def undeployed(folder: Path) -> Iterator[Drilled]:
    """With a local AWS of its own, and nothing in it."""
    with local_aws() as aws:
        yield Drilled(folder / "project", aws, set_up())


@contextlib.contextmanager
def drilled(folder: Path) -> Iterator[Drilled]:
    """Deployed and filled."""
    with undeployed(folder) as dev:
        dev.first_deploy()
        yield dev
