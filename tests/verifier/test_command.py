"""`vectorform verify` as a person, a pipeline or Terraform's local-exec runs it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests.verifier.deployed import Hands, deploy
from vectorform.cli import verify as command
from vectorform.cli.app import app
from vectorform.desired.fingerprint import fingerprint
from vectorform.language import load

CHECKOUT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "vectorform", "verify", "dev")
YAML = """\
project: sample
account_id: "123456789012"
regions: [ap-southeast-2, us-east-1]
vector_buckets:
  knowledge:
    name: "{{bucket}}-{token}"
    deletion_protection: false
    indexes:
      episodes: {{dimension: 8, distance_metric: cosine, non_filterable_metadata_keys: [text]}}
access:
  application:
    permissions: read
    grants: [{{bucket: knowledge}}]
"""


@pytest.fixture
def project(tmp_path: Path, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose `dev` is deployed, and which is the current directory."""
    token = secrets.token_hex(4)
    (tmp_path / "cdktf.json").write_text("{}")
    (tmp_path / "config").mkdir()
    yaml = YAML.format(token=token).replace("project: sample", f"project: sample-{token}")
    (tmp_path / "config" / "dev.yaml").write_text(yaml)
    monkeypatch.chdir(tmp_path)
    deploy(load("dev", tmp_path))
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["verify", "dev", *arguments])


def test_as_the_whole_program_it_is_short_when_all_is_fine(project: Path) -> None:
    inner = project / "cdktf.out" / "stacks" / "dev"  # where Terraform runs its local-exec
    inner.mkdir(parents=True)
    environment = load("dev", project)
    planned = fingerprint(environment, environment.home)
    done = subprocess.run(
        [*PROGRAM, "--region", "ap-southeast-2", "--desired-state", planned],
        cwd=inner,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first == (
        "ap-southeast-2: checked 1 vector bucket, 1 bucket policy, 1 index, 1 IAM policy: matches the "
        "configuration"
    )
    assert second.startswith("9 calls to AWS in ")


def test_ctrl_c_ends_it_at_once_while_calls_are_waiting(project: Path, aws: LocalAws) -> None:
    aws.inject(Fault("latency", operation="GetVectorBucket", milliseconds=30_000))
    aws.forget_requests()
    with subprocess.Popen(PROGRAM, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}) as program:
        while not aws.requests().get("s3vectors:GetVectorBucket"):
            assert program.poll() is None
            time.sleep(0.02)
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=20) == 130


def test_a_difference_is_exit_1_and_named_with_its_line(project: Path) -> None:
    environment = load("dev", project)
    Hands(environment).delete_index()
    done = run()
    assert done.exit_code == 1
    assert "config/dev.yaml:9: index knowledge/episodes is missing from AWS [ap-southeast-2]" in done.stdout
    assert 'aws_s3vectors_index.unprotected_indexes_knowledge["knowledge/episodes"]' in done.stdout
    assert "fix: cdktf deploy dev" in done.stdout
    assert run("--region", "us-east-1").exit_code == 0


def test_could_not_look_is_exit_2(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    done = run()
    assert done.exit_code == 2
    assert "Unable to locate credentials" in done.stdout


@pytest.mark.parametrize("format", list(command.Format))
def test_every_format_is_printed(format: command.Format, project: Path) -> None:
    done = run("--format", format.value)
    assert done.exit_code == 0
    starts = {"json": "{", "sarif": "{", "junit": "<?xml", "markdown": "## dev", "html": "<!doctype html>"}
    assert done.stdout.startswith(starts.get(format.value, "ap-southeast-2: "))


def test_smoke(project: Path) -> None:
    done = run("--smoke", "--format", "json")
    assert done.exit_code == 0
    assert [bucket["region"] for bucket in json.loads(done.stdout)["smoke"]] == [
        "ap-southeast-2",
        "us-east-1",
    ]


def test_a_file_edited_after_the_plan_is_exit_2(project: Path) -> None:
    done = run("--region", "ap-southeast-2", "--desired-state", "sha256:0")
    assert (done.exit_code, type(done.exception).__name__) == (1, "UserError")  # exit code 2: see main
    assert done.exception.exit_code == 2
    assert "edited after the plan was made" in str(done.exception)
    assert "cdktf deploy dev" in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--region", "eu-west-9"], "has no region eu-west-9; known: ap-southeast-2, us-east-1"),
        (["--desired-state", "sha256:0"], "name it with --region"),
        (["--watch", "--smoke"], "omit"),
        (["--watch", "--format", "json"], "omit"),
    ],
)
def test_arguments_that_make_no_sense(arguments: list[str], message: str, project: Path) -> None:
    assert message in str(run(*arguments).exception)


def test_watch_goes_on_until_it_is_stopped(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(load("dev", project))
    rounds = iter([hands.delete_index, lambda: None])

    def instead_of_sleeping(seconds: float) -> None:
        try:
            next(rounds)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(command.time, "sleep", instead_of_sleeping)
    done = run("--watch")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.partition("UTC: ")[2].partition(" (")[0] for line in lines if "UTC" in line] == [
        "matches the configuration",
        "1 missing",
        "1 missing",
    ]
    assert done.stdout.count("is missing from AWS") == 1
