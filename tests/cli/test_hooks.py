"""The pre-commit hook that other repositories use, and what it costs to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from tests.paths import ROOT


def test_the_hook_runs_for_config_files_and_fails_for_bad_ones(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for file in ("config/dev.yaml", "config/base/shared.yaml", "config/tenants.py"):
        assert re.search(hook["files"], file)
    assert not re.search(hook["files"], "docs/config/dev.yaml")
    assert hook["pass_filenames"] is False
    command, *arguments = hook["entry"].split()
    assert command == "vectorform"
    assert run(project(tmp_path, dev=SOUND), *arguments).returncode == 0
    assert run(project(tmp_path, dev=SOUND.replace("cosine", "dot")), *arguments).returncode == 1


def test_validate_loads_neither_node_nor_aws(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "vectorform", "validate"],
        cwd=project(tmp_path, dev=SOUND),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "vectorform.language.rules.check" in imported and "jsonschema" in imported
    heavy = {"cdktf", "jsii", "boto3", "botocore", "moto", "tf", "rich", "ruamel.yaml", "numpy"}
    assert not imported & heavy
