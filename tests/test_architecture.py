"""Data flows one way: which package may import which, held by reading the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.paths import ROOT

EVERYTHING = {
    path.name
    for path in ROOT.iterdir()
    if (path / "__init__.py").exists() and path.name not in ("tests", "benchmarks", "config", "schemas")
}
AWS = {"boto3", "botocore"}
# Package -> what of the project it may import; and whether it may import CDKTF or boto3, directly.
MAY_IMPORT: dict[str, set[str]] = {
    "environments": set(),
    "processes": {"environments"},
    "plans": {"environments"},
    "stacks": {"environments", "cdktf"},
    "verifier": {"environments", *AWS},
    "state": {"environments", *AWS},
    "migration": {"environments", *AWS},
    "rollout": {"environments", "plans", "processes"},
    "adoption": {"environments", "plans", "processes", "verifier"},
    "guard": {"environments", "plans", "processes", "verifier"},
    "rehearsal": {"environments", "processes", *AWS},
    # The command line only calls and prints.
    "vectorform": EVERYTHING - {"stacks"},
}


def imports(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(EVERYTHING))
def test_nothing_is_imported_against_the_flow(package: str) -> None:
    forbidden = (EVERYTHING | {"cdktf"} | AWS) - MAY_IMPORT[package] - {package}
    wrong = {
        str(path.relative_to(ROOT)): sorted(imports(path) & forbidden)
        for path in (ROOT / package).rglob("*.py")
        if imports(path) & forbidden
    }
    assert wrong == {}
