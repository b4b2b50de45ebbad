"""`vectorform docs`: every page that a message names is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.terminal import run
from tests.paths import ROOT
from vectorform.project.handbook import pages


def test_a_page_and_all_of_them(tmp_path: Path) -> None:
    done = run(tmp_path, "docs")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(pages())
    assert max(map(len, done.stdout.splitlines())) <= 80
    page = (ROOT / "docs/how-to/regions.md").read_text(encoding="utf-8")
    assert run(tmp_path, "docs", "regions").stdout == page
    assert run(tmp_path, "docs", "docs/how-to/regions.md").stdout == page
    done = run(tmp_path, "docs", "region")
    assert (done.returncode, done.stdout) == (2, "") and "`regions`" in done.stderr


def test_messages_name_pages_by_the_command_that_prints_them() -> None:
    """A project of one's own has no docs/: only comments and docstrings may name a file there."""
    named = set()
    for path in (ROOT / "vectorform").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"`vectorform docs ([a-z-]+)`", source))
        for line in re.findall(r".*docs/[a-z-]+/[a-z-]+\.md.*", source):
            assert not re.search(r"""f?"[^"]*docs/""", line.partition('"""')[0]), f"{path}: {line}"
    assert named and named <= set(pages())
