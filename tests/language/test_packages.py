"""`extends: package:NAME/FILE`: a platform team's base, shipped in a Python package with rules of its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.language.projects import project
from vectorform import language

BASE = """
project: acme
account_id: "123456789012"
regions: [eu-west-1]
tags: {CostCentre: "42"}
vector_buckets:
  docs: {indexes: {pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}}}
"""
RULES = """
from vectorform.language.packages import Finding

def small(environment):
    for region in environment.regions:
        for bucket in region.vector_buckets:
            for index in bucket.indexes:
                if index.dimension < 8:
                    path = ("vector_buckets", bucket.key, "indexes", index.key, "dimension")
                    yield Finding(path, "is too small for us", "write 8 or more")

def tagged(environment):
    if "Team" not in environment.tags:
        yield Finding(("tags", "Team"), "every environment of ours has a team", severity="warning")

def broken(environment):
    raise ZeroDivisionError("oh")
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages with `acme_platform` in it: YAML, rules, and entry points for them."""
    folder = tmp_path / "site"
    package = folder / "acme_platform"
    (package / "shared").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('looking for its files must not import it')\n")
    (package / "base.yaml").write_text("extends: [shared/buckets.yaml]\n")
    (package / "shared" / "buckets.yaml").write_text(BASE)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    importlib.invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.startswith("acme_platform")]:
        del sys.modules[name]


def with_rules(site: Path, *names: str) -> None:
    (site / "acme_platform" / "__init__.py").write_text("")
    (site / "acme_platform" / "rules.py").write_text(RULES)
    info = site / "acme_platform-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-platform\nVersion: 1.0\n")
    entries = "".join(f"{name} = acme_platform.rules:{name}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[vectorform.rules]\n{entries}")
    importlib.invalidate_caches()


def lines(root: Path) -> list[str]:
    return [str(problem) for problem in language.check("dev", root).problems]


def test_a_packaged_base_is_merged_like_a_file(site: Path, tmp_path: Path) -> None:
    root = project(tmp_path / "own", dev="extends: ['package:acme_platform/base.yaml']\ntags: {Team: a}\n")
    loaded = language.load("dev", root)
    assert loaded.project == "acme" and loaded.tags["CostCentre"] == "42"
    source = loaded.home.vector_buckets[0].source
    assert source is not None and source.file == "package:acme_platform/shared/buckets.yaml"


def test_a_mistake_in_it_is_named_by_the_package(site: Path, tmp_path: Path) -> None:
    (site / "acme_platform" / "base.yaml").write_text(BASE.replace("dimension: 4", "dimension: 5000"))
    root = project(tmp_path / "own", dev="extends: ['package:acme_platform/base.yaml']\n")
    assert lines(root)[0].startswith("package:acme_platform/base.yaml:7:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("package:no_such_thing/base.yaml", "there is no installed package `no_such_thing`"),
        (
            "package:acme_platform/bse.yaml",
            "acme_platform has no bse.yaml; did you mean `base.yaml`?",
        ),
        ("package:acme_platform/../x.yaml", "leaves the package"),
        ("package:acme_platform/__init__.py", "is not a .yaml file"),
        ("package:acme_platform", "does not name a file of a package"),
        ("package:acme.platform/base.yaml", "does not name a file of a package"),
        ("package:sys/base.yaml", "there is no installed package `sys`"),
    ],
)
def test_what_cannot_be_used(site: Path, tmp_path: Path, text: str, said: str) -> None:
    root = project(tmp_path / "own", dev=f"extends: ['{text}']\n{BASE}")
    (line,) = lines(root)
    assert line.startswith("config/dev.yaml:1:11: extends[0]: ") and said in line


def test_rules_come_with_the_package_that_is_extended(site: Path, tmp_path: Path) -> None:
    with_rules(site, "small", "tagged")
    root = project(tmp_path / "own", dev="extends: ['package:acme_platform/base.yaml']\n")
    tagged, small = lines(root)
    assert tagged.startswith("package:acme_platform/shared/buckets.yaml:5:7: warning: tags: every environ")
    path = "vector_buckets.docs.indexes.pages.dimension"
    assert f":7:39: {path}: is too small for us; write 8 or more" in small
    alone = project(tmp_path / "alone", dev=BASE)
    assert lines(alone) == []


def test_a_rule_that_raises_is_an_error_without_a_traceback(site: Path, tmp_path: Path) -> None:
    with_rules(site, "broken")
    root = project(tmp_path / "own", dev="extends: ['package:acme_platform/base.yaml']\n")
    (line,) = lines(root)
    assert "the rule broken (acme_platform.rules:broken) raised ZeroDivisionError: oh" in line
