"""What a second deploy of a rehearsal would change: the plan says so, and is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.rehearsal.deployments import deployment
from vectorform.rehearsal.failure import RehearsalFailed
from vectorform.rehearsal.second_plan import nothing_left_to_change

ROLE = """
project: kb
account_id: "123456789012"
regions: [us-east-1]
vector_buckets:
  docs:
    indexes:
      pages:
        dimension: 4
        distance_metric: cosine
        non_filterable_metadata_keys: [text]
access:
  app:
    permissions: read
    grants: [{bucket: docs}]
    role: {trusted_services: [lambda.amazonaws.com]}
"""


@pytest.mark.toolchain
def test_an_environment_with_a_role_changes_nothing_when_it_is_deployed_again(tmp_path: Path) -> None:
    """AWS counts what is attached to the role, and the next refresh writes it into the state."""
    with deployment(tmp_path) as made:
        made.write("dev", ROLE)
        made.synthesize()
        made.deploy("dev")
        assert nothing_left_to_change([made.folder("dev")], made.project.path, made.environ())
        assert "0 added, 0 changed, 0 destroyed" in made.apply("dev").stdout
        done = made.project.vectorform("verify", "dev", environment=made.environ())
    assert done.returncode == 0, done.stderr
    assert "1 IAM policy, 1 IAM role: matches the configuration" in done.stdout


@pytest.mark.parametrize(("exit_codes", "settled"), [((0, 0), True), ((0, 2), False), ((2, 0), False)])
def test_every_stack_is_planned_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], exit_codes: tuple[int, int], settled: bool
) -> None:
    folders = [stack(tmp_path, f"stack-{number}", code) for number, code in enumerate(exit_codes)]
    assert nothing_left_to_change(folders, tmp_path, surroundings(tmp_path)) is settled
    assert capsys.readouterr().err == "stack-0  no credentials\nstack-1  no credentials\n"


def test_a_plan_that_fails_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(RehearsalFailed, match=r"no credentials(.|\n)*`terraform plan` of stack failed"):
        nothing_left_to_change([stack(tmp_path, "stack", 1)], tmp_path, surroundings(tmp_path))


def stack(root: Path, name: str, exit_code: int) -> Path:
    """The folder of a stack in which `terraform plan` ends with this exit code."""
    folder = root / name
    folder.mkdir()
    (folder / "ends-with").write_text(str(exit_code))
    return folder


def surroundings(root: Path) -> dict[str, str]:
    terraform = root / "terraform"
    terraform.write_text("#!/bin/sh\necho no credentials\nexit $(cat ends-with)\n")
    terraform.chmod(0o755)
    return {**os.environ, "PATH": f"{root}{os.pathsep}{os.environ['PATH']}"}
