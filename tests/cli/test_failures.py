"""What lies outside of vectorform goes wrong: what, where, and what to do; never a bug's report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import run, run_anew
from tests.language.projects import SOUND, project
from tests.paths import ROOT


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = command.replace("vectorform", f"'{sys.executable}' -m vectorform", 1)
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environ, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("command", ["validate", "explain dev", "permissions verifier dev", "schema"])
def test_a_full_stdout(tmp_path: Path, command: str) -> None:
    root = project(tmp_path, dev=SOUND.replace("3072", "0") if command == "validate" else SOUND)
    done = shell(root, f"vectorform {command} > /dev/full")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("stdout cannot be written: No space left on device; ")
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_a_closed_stdout(tmp_path: Path) -> None:
    done = shell(project(tmp_path, dev=SOUND), "vectorform explain dev >&-")
    assert (done.returncode, done.stderr) == (2, "stdout is closed; redirect it, for example to /dev/null\n")


def test_a_reader_that_has_gone(tmp_path: Path) -> None:
    done = shell(project(tmp_path, dev=SOUND), "vectorform schema | head -c 1 > /dev/null")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["validate", "explain", "rollout", "guard", "verify", "plan-summary"])
def test_a_name_of_300_letters(tmp_path: Path, command: str) -> None:
    done = run(project(tmp_path, dev=SOUND), command, "a" * 300)
    assert done.returncode == 2
    assert "bug" not in done.stderr and "unexpected" not in done.stderr
    assert "a" * 50 in done.stdout + done.stderr


def test_a_new_environment_of_300_letters(tmp_path: Path) -> None:
    options = ("--account-id", "123456789012", "--region", "us-east-1", "--project", "kb")
    done = run(project(tmp_path, dev=SOUND), "new", "environment", "a" * 300, *options)
    assert done.returncode in (1, 2)
    assert "bug" not in done.stderr and list((tmp_path / "config").iterdir()) == [
        tmp_path / "config" / "dev.yaml"
    ]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"AWS_PROFILE": "nope"}, "The config profile (nope) could not be found"),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "Invalid endpoint: nonsense"),
        ({"AWS_CONFIG_FILE": "{root}/broken"}, "Unable to parse config file: {root}/broken"),
    ],
    ids=["profile", "endpoint", "config"],
)
def test_an_aws_configuration_that_cannot_be_used(
    tmp_path: Path, environment: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    root = project(tmp_path, dev=SOUND)
    (root / "broken").write_text("[default\nregion\n")
    environment = {name: value.format(root=root) for name, value in environment.items()}
    done = run(root, "verify", "dev", AWS_EC2_METADATA_DISABLED="true", **environment)
    assert done.returncode == 2
    assert told.format(root=root) in done.stdout + done.stderr
    assert "AWS_PROFILE, AWS_ENDPOINT_URL and the AWS configuration" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "backend check dev",
        "bootstrap dev --github org/repo",
        "cost dev",
        "docs regions",
        "outputs dev",
        "report dev --html page.html",
        "rules vf207",
    ],
)
def test_a_process_that_has_read_nothing_reads_what_the_command_needs(tmp_path: Path, command: str) -> None:
    """Of the commands that no other test starts as a process of its own."""
    done = run_anew(project(tmp_path, dev=SOUND), *command.split())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["verify", "status", "cost", "sync", "search-settings", "backend check"])
def test_a_wrong_file_is_no_drift(command: str, tmp_path: Path) -> None:
    """A nightly check takes exit code 1 for what it found in AWS."""
    root = project(tmp_path, dev=SOUND.replace("3072", "5000"))
    for options in ([], ["--format", "json"]):
        done = run(root, *command.split(), "dev", *options)
        assert (done.returncode, done.stdout) == (2, "") and "config/dev.yaml:8:20: " in done.stderr
    assert run(root, "validate", "dev").returncode == run(root, "explain", "dev").returncode == 1
