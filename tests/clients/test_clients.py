"""Clients that others wrote against a local AWS, and moto's own tests, which were verified on AWS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3vectors_local.process import LocalAws, local_aws
from tests.docs.blocks import blocks
from tests.paths import ROOT
from vectorform.language.revisions import unpack

pytestmark = pytest.mark.clients

CLIENTS = ROOT / "tests" / "clients"
ENVIRONMENTS = ROOT / ".venv-clients"
# `make test-clients` reads the environments of Python from the lock files' names.
PYTHON_CLIENTS = [
    ("boto3-oldest", "sdk"),
    ("langchain", "sdk"),  # with the newest boto3
    ("langchain", "langchain_store"),
    ("aioboto3", "aio"),
    ("llama-index", "llama_index_store"),
    ("mem0", "mem0_store"),
]


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws() as running:
        yield running


def run(command: list[str], aws: LocalAws, where: Path, **more: str) -> str:
    done = subprocess.run(
        command,
        env={**aws.surroundings(), "AWS_REGION": "us-east-1", **more},
        cwd=where,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(name: str) -> Path:
    found = ENVIRONMENTS / name
    assert found.exists(), "run this with `make test-clients`, which installs the clients"
    return found


@pytest.mark.parametrize(("name", "script"), PYTHON_CLIENTS)
def test_python(aws: LocalAws, tmp_path: Path, name: str, script: str) -> None:
    python = environment(name) / "bin" / "python"
    run([str(python), str(CLIENTS / "python" / f"{script}.py")], aws, tmp_path)
    assert aws.requests()["s3vectors:QueryVectors"] > 0


def test_the_example_of_an_application_in_the_readme(tmp_path: Path) -> None:
    """With pytest and the plugin of this environment of Python, and langchain-aws of the client's."""
    page = ROOT / "s3vectors-local" / "README.md"
    (example,) = (block for block in blocks(page, "python") if "langchain_aws" in block.text)
    (tmp_path / "test_example.py").write_text(example.text, encoding="utf-8")
    [packages] = (environment("langchain") / "lib").glob("python*/site-packages")
    started = "pytest.main(['-q', '-W', 'ignore'])"
    start = f"import sys, pytest; sys.path.append({str(packages)!r}); sys.exit({started})"
    done = subprocess.run(
        [sys.executable, "-c", start], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


def test_aws_cli(aws: LocalAws, tmp_path: Path) -> None:
    command = environment("awscli") / "bin" / "aws"
    run(["sh", str(CLIENTS / "python" / "awscli.sh")], aws, tmp_path, CLIENT=str(command))
    assert aws.requests()["s3vectors:QueryVectors"] > 0


def test_javascript(aws: LocalAws, tmp_path: Path) -> None:
    modules = environment("js") / "node_modules"
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    assert node, "no Node: run `make setup`"
    run([node, str(CLIENTS / "js" / "client.js")], aws, tmp_path, NODE_PATH=str(modules))
    assert aws.requests()["s3vectors:QueryVectors"] > 0


@pytest.mark.parametrize(
    ("language", "toolchain", "installed", "command"),
    [
        ("Go", "go", "go-client", ["{installed}"]),
        ("Java", "mvn", "java", ["java", "-cp", "{installed}/*", f"{CLIENTS}/java/Client.java"]),
        ("Rust", "cargo", "rust", ["{installed}/debug/rust-client"]),
    ],
    ids=["go", "java", "rust"],
)
def test_compiled(
    aws: LocalAws, tmp_path: Path, language: str, toolchain: str, installed: str, command: list[str]
) -> None:
    if shutil.which(toolchain) is None:
        pytest.skip(f"there is no {toolchain} on PATH: the SDK for {language} is not tried")
    folder = environment(installed)
    run([part.format(installed=folder) for part in command], aws, tmp_path)
    assert aws.requests()["s3vectors:QueryVectors"] > 0


def test_suite_of_moto(aws: LocalAws, tmp_path: Path) -> None:
    [archive] = (ENVIRONMENTS / "moto").glob("moto-*.tar.gz")
    with tarfile.open(archive) as source:
        unpack(source, tmp_path)
    [unpacked] = tmp_path.glob("moto-*")
    # Beside moto's tests, but not beside its package: that is the installed one.
    (unpacked / "tests").rename(tmp_path / "tests")
    suite = [sys.executable, "-m", "pytest", "tests/test_s3vectors", "-q", "-W", "ignore"]
    output = run(suite, aws, tmp_path, MOTO_TEST_ALLOW_AWS_REQUEST="true", PYTHONPATH=str(tmp_path))
    assert " passed" in output
    assert " failed" not in output
    assert aws.requests()["s3vectors:CreateIndex"] > 10
