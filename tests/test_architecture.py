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
# Package -> what it may not import, directly.
FORBIDDEN = {
    "environments": EVERYTHING - {"environments"} | {"cdktf", "boto3", "botocore"},
    "processes": EVERYTHING - {"processes", "environments"} | {"cdktf", "boto3", "botocore"},
    "plans": EVERYTHING - {"plans", "environments"} | {"cdktf", "boto3", "botocore"},
    "stacks": EVERYTHING - {"stacks", "environments"} | {"boto3", "botocore"},
    "verifier": EVERYTHING - {"verifier", "environments"} | {"cdktf"},
    "rollout": {"stacks", "verifier", "rehearsal", "vectorform", "cdktf", "boto3", "botocore"},
    "state": EVERYTHING - {"state", "environments"} | {"cdktf"},
    "rehearsal": {"stacks", "verifier", "rollout", "vectorform", "cdktf"},
    "vectorform": {"cdktf", "boto3", "botocore"},
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


@pytest.mark.parametrize("package", FORBIDDEN)
def test_nothing_is_imported_against_the_flow(package: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(imports(path) & FORBIDDEN[package])
        for path in (ROOT / package).rglob("*.py")
        if imports(path) & FORBIDDEN[package]
    }
    assert wrong == {}
