"""README.md says what is so: its YAML is valid, and the mistakes in it are told as it shows them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.blocks import NEW_PROJECT, PAGES
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


@pytest.mark.parametrize(
    ("readme", "file", "table", "key"),
    [
        ("README.md", "pyproject.toml", "project", "description"),
        ("README.md", "zensical.toml", "project", "site_description"),
        ("s3vectors-local/README.md", "s3vectors-local/pyproject.toml", "project", "description"),
    ],
)
def test_the_sentence_of_a_distribution_opens_its_readme(
    readme: str, file: str, table: str, key: str
) -> None:
    described = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))[table][key]
    opening = " ".join((ROOT / readme).read_text(encoding="utf-8").split("\n\n")[1].split())
    assert opening.startswith(described)
    if readme == "README.md":
        index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
        assert index.split("\n\n")[1].startswith(described.partition(":")[0])


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if "docs" not in page.parts and page != NEW_PROJECT],
    ids=lambda page: page.name,
)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
