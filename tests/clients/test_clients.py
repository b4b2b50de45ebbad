"""Real clients of S3 Vectors against a local AWS, and moto's own tests, which were verified on AWS."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3vectors_local.process import LocalAws, local_aws
from tests.paths import ROOT

pytestmark = pytest.mark.clients

ENVIRONMENT = ROOT / ".venv-clients"


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws() as running:
        yield running


def run(command: list[str], aws: LocalAws, where: Path, **more: str) -> str:
    done = subprocess.run(
        command,
        env={**aws.surroundings(), **more},
        cwd=where,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("client", ["langchain_store", "embed_cli"])
def test_client(aws: LocalAws, tmp_path: Path, client: str) -> None:
    assert ENVIRONMENT.is_dir(), "run this with `make test-clients`, which installs the clients"
    script = ROOT / "tests" / "clients" / f"{client}.py"
    run([str(ENVIRONMENT / "bin" / "python"), str(script)], aws, tmp_path)
    assert aws.requests()["s3vectors:QueryVectors"] > 0


def test_suite_of_moto(aws: LocalAws, tmp_path: Path) -> None:
    [archive] = (ENVIRONMENT / "moto").glob("moto-*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(tmp_path, filter="data")
    [unpacked] = tmp_path.glob("moto-*")
    # Beside moto's tests, but not beside its package: that is the installed one.
    (unpacked / "tests").rename(tmp_path / "tests")
    suite = [sys.executable, "-m", "pytest", "tests/test_s3vectors", "-q", "-W", "ignore"]
    output = run(suite, aws, tmp_path, MOTO_TEST_ALLOW_AWS_REQUEST="true", PYTHONPATH=str(tmp_path))
    assert " passed" in output
    assert " failed" not in output
    assert aws.requests()["s3vectors:CreateIndex"] > 10
