"""What OpenTofu does otherwise than Terraform, with the real `tofu` where there is one on PATH."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from s3vectors_local.faults import Fault
from tests.drills.drilled import LATENCY, Drilled, machine_fails, parent_dies, said
from tests.nursery import local_aws
from tests.rehearsal.terraforming import set_up

TOFU = shutil.which("tofu")
pytestmark = [
    pytest.mark.toolchain,
    pytest.mark.long,
    pytest.mark.xdist_group("drills-opentofu"),
    pytest.mark.skipif(TOFU is None, reason="there is no tofu on PATH"),
]
REGISTRIES = {"terraform": "registry.terraform.io", "tofu": "registry.opentofu.org"}


@pytest.mark.parametrize("how", [machine_fails, parent_dies])
def test_killed_in_the_middle_of_a_verification(tmp_path: Path, how: Callable[[int], None]) -> None:
    """OpenTofu writes a local state every 20 s: what was made is not in it, and is adopted."""
    with local_aws() as aws:
        dev = Drilled(tmp_path / "project", aws, str(TOFU))
        dev.first_deploy()
        dev.add("made")
        dev.aws.inject(Fault("latency", "ListIndexes", milliseconds=LATENCY, count=1))
        dev.environment["TERRAFORM_BINARY_NAME"] = str(TOFU)
        dev.killed("apply", "-auto-approve", call="s3vectors:ListIndexes", how=how)
        refused = said(dev.tried())
        assert "vectorform adopt dev" in refused and "already exists" in refused
        assert 'indexes_documents["documents/made"] was imported into the state' in dev.adopt()
        assert "matches the configuration" in dev.apply()
        dev.settled()


def test_one_state_is_carried_from_one_tool_to_the_other_and_back(tmp_path: Path) -> None:
    with local_aws() as aws:
        dev = Drilled(tmp_path / "project", aws, set_up())
        dev.first_deploy()
        for command, before in (("tofu", "terraform"), ("terraform", "tofu"), ("tofu", "terraform")):
            dev.terraform = str(TOFU) if command == "tofu" else set_up()
            dev.environment["TERRAFORM_BINARY_NAME"] = dev.terraform
            told = dev.vectorform("doctor").stdout
            assert f"{REGISTRIES[before]}" in dev.state.read_text()
            assert f"but {dev.terraform} would use it now" in told
            assert dev.run("init", "-input=false", "-no-color").returncode == 0
            names = (f"{REGISTRIES[name]}/hashicorp/aws" for name in (before, command))
            done = dev.run("state", "replace-provider", "-no-color", "-auto-approve", *names)
            assert done.returncode == 0, done.stderr
            dev.settled()
            dev.add(f"{command}-{before}-{len(dev.indexes)}")
            assert "matches the configuration" in dev.apply()
            assert REGISTRIES[before] not in json.dumps(json.loads(dev.state.read_text())["resources"])
            assert "would use it now" not in dev.vectorform("doctor").stdout
            dev.settled()
