"""The pipeline for GitLab: sound by GitLab's schema, and of commands that exist."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from tests.cli.terminal import run
from tests.examples.test_workflows import tool
from tests.paths import ROOT
from vectorform.state.rest import PASSWORD, USERNAME

PIPELINE = ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"


class Loader(yaml.SafeLoader):
    """With GitLab's tag, which stands for what it refers to."""


Loader.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))
DOCUMENT: dict[str, Any] = yaml.load(PIPELINE.read_text(encoding="utf-8"), Loader)


def test_gitlabs_own_schema_accepts_it() -> None:
    checker = [tool("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run(
        [*checker, "--data-transform", "gitlab-ci", str(PIPELINE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_commands_that_are_run_exist() -> None:
    lines = re.findall(r"- vectorform ([a-z-]+)(.*)", PIPELINE.read_text(encoding="utf-8"))
    for command, options in lines:
        done = run(ROOT, command, "--help")
        assert done.returncode == 0, done.stderr
        assert all(option in done.stdout for option in re.findall(r"--[a-z-]+", options)), (command, options)
    assert {command for command, _ in lines} == {"doctor", "rollout", "validate", "verify"}


@pytest.mark.parametrize("job", ["deploy dev", "deploy staging", "deploy prod"])
def test_deploys_wait_for_each_other(job: str) -> None:
    assert DOCUMENT[job]["extends"] == ".deploy"
    assert DOCUMENT[".deploy"]["resource_group"] == "deploy-$ENVIRONMENT"
    assert DOCUMENT["default"]["interruptible"] is False


def test_there_is_no_key_and_every_job_that_is_named_exists() -> None:
    assert not re.search(r"AWS_(SECRET|ACCESS|SESSION)", PIPELINE.read_text(encoding="utf-8"))
    for name, job in DOCUMENT.items():
        if isinstance(job, dict):
            extends = job.get("extends", [])
            for needed in [*job.get("needs", []), *([extends] if isinstance(extends, str) else extends)]:
                assert needed in DOCUMENT, (name, needed)


def test_the_state_is_reached_by_the_token_of_the_job() -> None:
    """What Terraform and `vectorform backend check` read, so that no password is in a file."""
    variables = DOCUMENT["variables"]
    assert variables[USERNAME] == "gitlab-ci-token" and variables[PASSWORD] == "$CI_JOB_TOKEN"


def test_what_differs_and_what_could_not_be_looked_at_are_told_apart() -> None:
    assert DOCUMENT["verify"]["allow_failure"] == {"exit_codes": 1}
