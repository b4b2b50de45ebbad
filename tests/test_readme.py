"""README.md says what is so: its YAML is valid, and the mistakes in it are told as it shows them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from vectorform import language

README = (ROOT / "README.md").read_text(encoding="utf-8")
MISTAKES = (
    ("dimension: 1024", "dimension: 5000"),
    ("distance_metric: cosine", "distance_metric: DOT_PRODUCT"),
    ("{bucket: documents}", "{bucket: documents, indexes: [page]}"),
)


def example() -> str:
    """The YAML that README opens with."""
    return re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]


def project(folder: Path, text: str) -> Path:
    (folder / "config").mkdir()
    (folder / "cdktf.json").write_text("{}")
    (folder / "config" / "dev.yaml").write_text(text)
    return folder


def test_the_yaml_that_makes_an_index_is_valid(tmp_path: Path) -> None:
    dev = language.load("dev", project(tmp_path, example()))
    assert [index.name for index in dev.home.vector_buckets[0].indexes] == ["pages"]


def test_mistakes_are_told_as_shown(tmp_path: Path) -> None:
    text = example()
    for right, wrong in MISTAKES:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    shown = re.search(r"\$ vectorform validate dev\n(.*?)```", README, re.DOTALL)[1]
    done = subprocess.run(
        [sys.executable, "-m", "vectorform", "validate", "dev"],
        cwd=project(tmp_path, text),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout + done.stderr == shown


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
