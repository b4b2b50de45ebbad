"""docs/reference/fidelity.md cannot rot: every test that it names exists, every row says something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from tests.paths import CASES, ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/reference/fidelity.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not re.match(r"\|\s*(-|Rule\b)", line)
]


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def case_names() -> frozenset[str]:
    """The `name` of every case in every file of cases."""
    found: set[str] = set()
    for file in (CASES / "rehearsal").rglob("*.yaml"):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        cases = document.get("cases", []) if isinstance(document, dict) else document
        found |= {case["name"] for case in cases if isinstance(case, dict) and "name" in case}
    return frozenset(found)


def wrong_in(row: list[str]) -> Iterator[str]:
    rule, source, proof = row
    if not rule or not source:
        yield "a rule or its source is empty"
    named = re.findall(r"`([\w/.]+\.py)::(\w+)(?:\[([\w.-]+)\])?`", proof)
    if not named and proof != "not yet":
        yield f"{proof!r} is neither a test nor 'not yet'"
    for path, name, case in named:
        if name not in names_in(ROOT / path):
            yield f"{path} has no {name}"
        if case and case not in case_names():
            yield f"no file of cases has {case}"


def test_every_rule_has_a_source_and_a_test_that_exists() -> None:
    assert [(row[0], wrong) for row in ROWS for wrong in wrong_in(row)] == []


def test_no_rule_stands_twice() -> None:
    rules = [row[0] for row in ROWS]
    assert len(rules) > 100
    assert len(set(rules)) == len(rules)
