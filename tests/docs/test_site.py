"""The documentation site: built strict, without a network, of pages that the navigation all has."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT

CONFIGURATION = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
FETCHED = re.compile(r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//[^>]*>""")
LOADED = re.compile(r"""<link\b(?![^>]*rel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//[^>]*>""")
NO_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")


def pages_of(entry: Any) -> Iterator[str]:
    """The files that the navigation names, in its order."""
    if isinstance(entry, str):
        yield entry
    else:
        for child in entry.values() if isinstance(entry, dict) else entry:
            yield from pages_of(child)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, elsewhere."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "zensical.toml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        env=os.environ | NO_NETWORK | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_built_and_searched(site: Path) -> None:
    index = (site / "search.json").read_text(encoding="utf-8")
    for page in pages_of(CONFIGURATION["nav"]):
        built = page.removesuffix(".md") + ".html"
        assert (site / built).exists()
        assert f'"location":"{built}"' in index, f"the search does not find {page}"


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert FETCHED.findall(text) + LOADED.findall(text) == [], page.name
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(https?:)?//|@import", text), sheet.name


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    anchors = {
        path: set(re.findall(r"""\b(?:id|name)=["']?([^"'\s>]+)""", text)) for path, text in texts.items()
    }
    for path, text in texts.items():
        for link in re.findall(r"""<a\b[^>]*\bhref=["']?([^"'\s>]+)""", text):
            if path.name == "404.html" or re.match(r"[a-z]+:", link):
                continue
            file, _, anchor = html.unescape(link).partition("#")
            target = (path.parent / file).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{path.relative_to(site)} leads to {link}"
            assert not anchor or anchor in anchors[target], f"{path.relative_to(site)} leads to {link}"


def test_the_navigation_has_every_page_once() -> None:
    named = list(pages_of(CONFIGURATION["nav"]))
    there = sorted(str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md"))
    assert sorted(named) == there


def test_pages_that_the_code_names_exist() -> None:
    for path in [*(ROOT / "vectorform").rglob("*.py"), *(ROOT / "tools").glob("*.py")]:
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text(encoding="utf-8")):
            assert (ROOT / page).exists(), f"{path.relative_to(ROOT)} names {page}"


def test_tests_that_the_pages_name_exist() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for test in re.findall(r"\btests/[\w/]+\.py\b", page.read_text(encoding="utf-8")):
            assert (ROOT / test).exists(), f"{page.relative_to(ROOT)} names {test}"


def test_fences_name_a_language_alone() -> None:
    """More words after the language, and the site takes the closing fence for an opening one."""
    for page in (ROOT / "docs").rglob("*.md"):
        assert not re.search(r"^ *```\w+[ \t]+\S", page.read_text(encoding="utf-8"), re.MULTILINE), page.name
