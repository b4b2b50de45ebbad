"""The workshop as its page has it: its own code blocks, run against the local AWS."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.rehearsal.projects import Project, copy_of_the_shipped

pytestmark = [pytest.mark.toolchain]


def blocks(language: str) -> list[str]:
    page = (ROOT / "docs" / "tutorial" / "workshop.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory):
    project = copy_of_the_shipped(tmp_path_factory.mktemp("workshop") / "project")
    yield project
    project.vectorform("rehearse", "--stop")


@pytest.mark.long
def test_the_workshop_goes_as_its_page_says(project: Project, tmp_path: Path) -> None:
    set_up, clean_up = blocks("bash")
    (code,) = blocks("python")
    (shown,) = blocks("text")
    (tmp_path / "workshop.py").write_text(code)
    set_up = set_up.replace("make setup\n", "")  # of a checkout, and this is a copy
    script = f"set -e\n{set_up}\n'{sys.executable}' '{tmp_path}/workshop.py'\n"
    done = project.run("sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown
    rest = "set -e\n. ./kept.sh\n" + clean_up.replace("vectorform rehearse --stop", "true")
    cleaned = project.run("sh", "-c", f"{rest}\n'{sys.executable}' -c '{_LEFT}'", environment={"CI": "true"})
    assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr
    assert cleaned.stdout.splitlines()[-1] == "left: []"
    assert "Destroy complete!" in cleaned.stdout


_LEFT = (
    'import boto3; print("left:", boto3.client("s3vectors", region_name="ap-southeast-2")'
    '.list_vector_buckets()["vectorBuckets"])'
)
