"""Data flows one way: which package may import which, held by reading the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

FRAMEWORK = {"cdktf", "cdktf_cdktf_provider_aws", "cdktn", "cdktn_aws", "constructs", "jsii"}
AWS = {"boto3", "botocore"}
LOCAL_AWS = "s3vectors_local"
HOUSE = ROOT / "vectorform"
PACKAGES = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
# What everybody may import: the base of errors, what a check found, the wording of messages,
# threads, GitHub's annotations, sessions of boto3 for who may call AWS.
COMMON = {
    "annotations",
    "check",
    "engine",
    "errors",
    "sarif",
    "sessions",
    "start",
    "threads",
    "wording",
}
# Package of vectorform -> the others that it may import, and what of CDKTF, boto3 and the local AWS.
MAY_IMPORT: dict[str, set[str]] = {
    "desired": set(),
    "builders": {"desired"},
    "language": {"builders", "desired"},
    "blocks": {"desired", *FRAMEWORK},
    "verifier": {"desired", "pages", *AWS},
    "processes": set(),
    "plans": {"desired"},
    "cost": {"desired", "plans", "verifier"},
    "pages": set(),
    "picture": {"desired"},
    "report": {"cost", "desired", "language", "pages", "picture"},
    "state": {"desired", "processes", *AWS},
    "migration": {"desired", *AWS},
    "bootstrap": {"desired"},
    "adoption": {"desired", "plans", "processes", "verifier"},
    "ingestion": {"desired", "verifier"},
    "search_settings": {"desired", "verifier"},
    "guard": {"desired", "migration", "plans", "processes", "verifier"},
    "rollout": {"desired", "plans", "processes"},
    "toolchain": {"blocks"},
    "synthesis": {"blocks", "desired", "language", "processes", "state", "toolchain"},
    "project": set(),
    "rehearsal": {"desired", "processes", LOCAL_AWS, *AWS},
    # The command line only calls and prints.
    "cli": PACKAGES - {"blocks", "synthesis"} | {LOCAL_AWS, *AWS},
}


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The modules that a file imports: "vectorform.desired.model", "cdktf"."""
    return tuple(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms(path: Path) -> set[str]:
    """What a file imports, as the words of MAY_IMPORT: packages of vectorform, or a top-level name."""
    parts = (name.split(".") for name in imported(path))
    return {part[1] if part[0] == "vectorform" and len(part) > 1 else part[0] for part in parts}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_every_package_has_its_arrows() -> None:
    assert set(MAY_IMPORT) == PACKAGES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_nothing_is_imported_against_the_flow(package: str) -> None:
    known = PACKAGES | FRAMEWORK | AWS | {LOCAL_AWS, "stacks", "tools", "tests"}
    forbidden = known - MAY_IMPORT[package] - COMMON - {package}
    wrong = {
        str(path.relative_to(ROOT)): sorted(rooms(path) & forbidden)
        for path in modules(HOUSE / package)
        if rooms(path) & forbidden
    }
    assert wrong == {}


def test_the_arrows_make_no_circle() -> None:
    done: set[str] = set()
    left = {package: may & PACKAGES - {package} for package, may in MAY_IMPORT.items()}
    while free := {package for package, may in left.items() if may <= done}:
        done |= free
        left = {package: may for package, may in left.items() if package not in free}
    assert left == {}


def test_the_local_aws_knows_nothing_of_vectorform() -> None:
    ours = {"vectorform", "stacks", "tools", "tests"} | PACKAGES
    wrong = [path.name for path in modules(ROOT / "s3vectors-local" / LOCAL_AWS) if rooms(path) & ours]
    assert wrong == []


def test_one_module_imports_the_framework() -> None:
    importing = {path.name for path in modules(HOUSE / "blocks") if rooms(path) & FRAMEWORK - {"jsii"}}
    assert importing == {"framework.py"}


def test_what_the_blocks_go_through_is_plain_data() -> None:
    """So that plans, commands and tests read it without the framework, whose import takes seconds."""
    names = {f"vectorform.blocks.{path.stem}": path for path in (HOUSE / "blocks").glob("*.py")}
    needed, found = {"vectorform.blocks.maps"}, set()
    while needed:
        found |= needed
        needed = set().union(*(_within(names, name) for name in needed)) - found
    assert "vectorform.blocks.framework" not in found


def test_stacks_take_the_framework_from_our_package_alone() -> None:
    wrong = [path.name for path in modules(ROOT / "stacks") if rooms(path) & (FRAMEWORK | AWS)]
    assert wrong == []


@pytest.mark.parametrize(
    "package", [HOUSE, ROOT / "s3vectors-local" / LOCAL_AWS], ids=lambda package: package.name
)
def test_modules_import_each_other_in_no_circle(package: Path) -> None:
    """Also inside functions and for types alone: a circle is a room that was not cut where it should be."""
    base = package.parent
    names = {
        ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"): path
        for path in modules(package)
    }
    left = {name: _within(names, name) for name in names}
    done: set[str] = set()
    while free := {name for name, needs in left.items() if needs <= done}:
        done |= free
        left = {name: needs for name, needs in left.items() if name not in free}
    assert sorted(left) == []


def _within(names: dict[str, Path], module: str) -> set[str]:
    found = set()
    for name in imported(names[module]):
        found |= {candidate for candidate in (name, name.rpartition(".")[0]) if candidate in names}
    return found - {module}


@pytest.mark.parametrize(
    ("written", "at_home"),
    [
        ("ThreadPoolExecutor", {"threads.py", "rehearsal/provider/server.py"}),  # gRPC wants one of its own
        ('"%0A"', {"annotations.py"}),
        ("get_close_matches", {"wording.py"}),
        (" has no {what} ", {"desired/lookup.py"}),
    ],
)
def test_what_is_done_once_stands_once(written: str, at_home: set[str]) -> None:
    found = {
        str(path.relative_to(HOUSE)) for path in modules(HOUSE) if written in path.read_text(encoding="utf-8")
    }
    assert found == at_home
