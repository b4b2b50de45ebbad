"""The workflows in examples/ and the one that publishes: sound by GitHub's schema and by zizmor, pinned."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.paths import ROOT

FOLDER = ROOT / "examples" / "workflows"
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
EXAMPLES = sorted(FOLDER.glob("*.yml"), key=lambda path: path.stem)
WORKFLOWS = [*EXAMPLES, RELEASE]
BIN = Path(sys.prefix) / "bin"
PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<hash>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
COMMAND = re.compile(r"(?:run: |^ +)vectorform ([a-z-]+)(.*)", re.MULTILINE)
LOCAL = re.compile(r"uses: \./\.github/workflows/(?P<file>[\w-]+\.yml)")

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def document(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def tool(name: str) -> str:
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_there_is_one_for_each_occasion() -> None:
    assert [path.stem for path in EXAMPLES] == ["deploy", "deploy-environment", "drift", "plan"]


@each
def test_githubs_own_schema_accepts_it(path: Path) -> None:
    checker = tool("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-workflows", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_no_weakness() -> None:
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", "--min-severity", "medium", *map(str, WORKFLOWS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@each
def test_every_action_is_pinned_by_its_full_hash(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*(- )?uses:", line):
            assert PINNED.search(line) or LOCAL.search(line), line


def test_one_version_of_each_action_and_one_hash_of_each_version() -> None:
    versions: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in WORKFLOWS:
        for found in PINNED.finditer(path.read_text(encoding="utf-8")):
            versions[found["action"]].add((found["hash"], found["version"]))
    assert {action: len(found) for action, found in versions.items()} == dict.fromkeys(versions, 1)
    assert set(versions) >= {"actions/checkout", "aws-actions/configure-aws-credentials"}


def test_workflows_that_are_called_exist() -> None:
    called = {found["file"] for path in WORKFLOWS for found in LOCAL.finditer(path.read_text())}
    assert called == {"deploy-environment.yml"}
    assert all((FOLDER / file).is_file() for file in called)


@each
def test_nothing_is_permitted_but_what_a_job_names(path: Path) -> None:
    workflow = document(path)
    assert workflow["permissions"] == {}
    allowed = {("contents", "read"), ("id-token", "write"), ("pull-requests", "write")}
    for job in workflow["jobs"].values():
        assert set(job["permissions"].items()) <= allowed


@each
def test_there_is_no_key_and_no_expression_in_a_shell(path: Path) -> None:
    """OIDC instead of keys; and what an expression holds reaches a shell only as a variable."""
    assert "secrets." not in path.read_text(encoding="utf-8")
    for job in document(path)["jobs"].values():
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", "")
            if str(step.get("uses", "")).startswith("aws-actions/"):
                assert set(step["with"]) <= {"role-to-assume", "aws-region", "role-duration-seconds"}


def test_the_commands_that_are_run_exist() -> None:
    """Every `vectorform` command line in a workflow is one that the command line understands."""
    commands = set()
    for path in WORKFLOWS:
        for command, options in COMMAND.findall(path.read_text()):
            commands.add(command)
            shown = subprocess.run(
                [sys.executable, "-m", "vectorform", command, "--help"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for option in re.findall(r"--[a-z-]+", options):
                assert option in shown, f"{path.name}: {command} has no {option}"
    assert commands == {"doctor", "rollout", "validate", "verify"}
