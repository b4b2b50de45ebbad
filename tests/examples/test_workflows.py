"""The workflows in examples/ and the one that publishes: sound by GitHub's schema and by zizmor, pinned."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from tests.cli.terminal import run
from tests.paths import ROOT
from vectorform.project import files

FOLDER = ROOT / "examples" / "workflows"
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
EXAMPLES = sorted(FOLDER.glob("*.yml"), key=lambda path: path.stem)
WORKFLOWS = [*EXAMPLES, RELEASE]
BIN = Path(sys.prefix) / "bin"
PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<hash>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
COMMAND = re.compile(r"(?:run: |^ +(?:if )?)vectorform ([a-z-]+)(.*)", re.MULTILINE)
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


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", *map(str, WORKFLOWS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing_in_a_new_project(tmp_path: Path) -> None:
    """Where it is installed; with ShellCheck on PATH it looks into the shell of the steps as well."""
    actionlint = tool("actionlint")
    for path, source in files.COPIED.items():
        if path.startswith(".github/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(files.origin(source), tmp_path / path)
    (tmp_path / ".git").mkdir()
    done = subprocess.run([actionlint], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def counts(patterns: list[str], path: str) -> bool:
    """Whether a change of this file starts a workflow (GitHub: "Filter pattern cheat sheet")."""
    matched = False
    for pattern in patterns:
        negative = pattern.startswith("!")
        written = re.escape(pattern.removeprefix("!")).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        if re.fullmatch(written, path):
            matched = not negative
    return matched


@pytest.mark.parametrize("name", ["plan", "deploy"])
def test_every_file_that_something_is_synthesized_from_starts_it(name: str) -> None:
    """Also one that nobody has thought of yet: all do, but for documents and tests."""
    on = document(FOLDER / f"{name}.yml")[True]  # YAML 1.1 reads `on` so
    patterns = (on.get("pull_request") or on["push"])["paths"]
    project = {Template(path).substitute(environment="dev") for path in (*files.COPIED, *files.TEMPLATES)}
    tracked = {"wheels/x.whl", "locks/x", "own/package.py", "config/deep/of/dev.yaml", ".terraform.lock.hcl"}
    quiet = {path for path in project | tracked if not counts(patterns, path)}
    assert quiet == {"README.md", "tests/test_project.py"}


def test_merges_wait_in_order_for_each_environment_and_none_is_dropped() -> None:
    """One concurrency group inside another would have GitHub cancel what waits in the outer one."""
    assert "concurrency" not in document(FOLDER / "deploy.yml")
    called = document(FOLDER / "deploy-environment.yml")
    assert "concurrency" not in called
    (job,) = called["jobs"].values()
    assert job["concurrency"] == {
        "group": "deploy-${{ inputs.environment }}",
        "queue": "max",
        "cancel-in-progress": False,
    }
    order = document(FOLDER / "deploy.yml")["jobs"]
    assert {name: job.get("needs") for name, job in order.items()} == {
        "dev": None,
        "staging": "dev",
        "prod": "staging",
    }


def test_what_has_credentials_of_aws_writes_nothing_to_github() -> None:
    for path in WORKFLOWS:
        for job in document(path)["jobs"].values():
            if "id-token" in job["permissions"]:
                written = {scope for scope, access in job["permissions"].items() if access == "write"}
                assert written == {"id-token"}


def test_what_needs_no_node_installs_none() -> None:
    heavy = {
        (path.stem, name)
        for path in EXAMPLES
        for name, job in document(path)["jobs"].items()
        if any("requirements-deploy" in step.get("run", "") for step in job.get("steps", []))
    }
    assert heavy == {("plan", "plan"), ("deploy-environment", "rollout")}


def test_what_is_installed_is_cached() -> None:
    for path in EXAMPLES:
        for job in document(path)["jobs"].values():
            steps = job.get("steps", [])
            for step in steps:
                if "setup-python" in step.get("uses", ""):
                    assert step["with"]["cache"] == "pip"
            if any("doctor --install" in step.get("run", "") for step in steps):
                (cache,) = [step for step in steps if "actions/cache" in step.get("uses", "")]
                assert cache["with"]["path"].split() == ["~/.npm", "~/.terraform.d/plugin-cache"]
                assert any("TF_PLUGIN_CACHE_DIR" in step.get("run", "") for step in steps)


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
    allowed = {
        ("contents", "read"),
        ("deployments", "read"),
        ("id-token", "write"),
        ("issues", "write"),
        ("pull-requests", "write"),
    }
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
            done = run(ROOT, command, "--help")
            assert done.returncode == 0, done.stderr
            for option in re.findall(r"--[a-z-]+", options):
                assert option in done.stdout, f"{path.name}: {command} has no {option}"
    assert commands == {"cost", "doctor", "explain", "plan-comment", "rollout", "validate", "verify"}
