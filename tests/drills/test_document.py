"""docs/reference/drills.md cannot rot: the tests that it names exist, every drill of this folder is in it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

TEXT = (ROOT / "docs/reference/drills.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|") and not re.match(r"\|\s*(-|drill\b)", line)
]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)


@cache
def named_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_every_drill_says_what_happens_and_names_its_test(row: list[str]) -> None:
    assert len(row) == 5 and all(row), row
    assert re.search(r"`[\w/]+\.py::\w+`", row[4]), f"{row[0]}: no test"


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_named_test_exists(file: str, name: str) -> None:
    assert name in named_in(ROOT / file)


def test_every_drill_of_this_folder_is_in_the_document() -> None:
    folder = Path(__file__).parent
    drills = {
        (f"tests/drills/{path.name}", name)
        for path in folder.glob("test_*.py")
        if path != Path(__file__)
        for name in named_in(path)
    }
    assert sorted(drills - set(NAMED)) == []


def test_they_are_counted() -> None:
    assert f"{len(ROWS)} drills" in TEXT
