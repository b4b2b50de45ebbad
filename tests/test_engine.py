"""Which Terraform or OpenTofu a project is carried out by, and what hints call it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.paths import ROOT
from vectorform import engine
from vectorform.errors import UserError

# Prose and help texts that name Terraform's documentation, or a command that works with either.
ABOUT_COMMANDS = ("terraform init", "terraform state", "terraform login", "-chdir", "force-unlock", "untaint")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "project" / "deep").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    choose(tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project" / "deep")
    return tmp_path / "project"


def choose(project: Path, **choice: str) -> None:
    (project / "cdktf.json").write_text(json.dumps({"context": {"engine": choice} if choice else {}}))


def install(project: Path, *commands: str) -> None:
    for command in commands:
        path = project.parent / "bin" / command
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ((), "terraform"),
        (("tofu",), "tofu"),
        (("terraform",), "terraform"),
        (("tofu", "terraform"), "terraform"),
    ],
    ids=("nothing", "tofu alone", "terraform alone", "both"),
)
def test_where_nothing_is_chosen_path_decides(project: Path, there: tuple[str, ...], expected: str) -> None:
    install(project, *there)
    assert engine.binary() == expected and not engine.settled()


@pytest.mark.parametrize("binary", ["terraform", "tofu"])
def test_a_choice_is_kept_whatever_is_on_path(project: Path, binary: str) -> None:
    install(project, *{"terraform", "tofu"} - {binary})
    choose(project, binary=binary)
    assert engine.binary() == binary and engine.settled()


def test_the_variable_is_before_the_choice(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(project, binary="terraform")
    monkeypatch.setenv(engine.VARIABLE, "/opt/tofu-1.12/tofu")
    assert engine.binary() == "/opt/tofu-1.12/tofu"
    assert (engine.tool(engine.binary()), engine.tool("terraform")) == ("OpenTofu", "Terraform")


def test_outside_of_a_project_nothing_is_chosen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(project, binary="tofu")
    monkeypatch.chdir(project.parent)
    assert engine.binary() == "terraform"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"context": {"engine": {"binary": "tfou"}}}', "engine.binary: `tfou` is not a valid binary"),
        ('{"context": {"engine": {"binray": "tofu"}}}', "did you mean `binary`?"),
        ('{"context": {"engine": {"binary": ["tofu"]}}}', "engine.binary: a list is not a valid binary"),
        ('{"context": {"engine": "tofu"}}', 'context.engine: `tofu` is not a map: write {"binary": "tofu"}'),
        ("{", "cdktf.json: cannot be read"),
    ],
)
def test_a_wrong_choice_is_said(project: Path, text: str, said: str) -> None:
    (project / "cdktf.json").write_text(text)
    with pytest.raises(UserError) as raised:
        engine.binary()
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["[]", '{"context": []}', '{"context": {"engine": {}}}'])
def test_no_choice_in_another_shape_is_no_choice(project: Path, text: str) -> None:
    (project / "cdktf.json").write_text(text)
    assert engine.chosen() == engine.Engine()


def test_no_hint_names_a_binary_by_itself() -> None:
    """What is told to a person comes from `engine.binary`; documentation strings may name Terraform."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in sorted((ROOT / "vectorform").rglob("*.py"))
        for node in told(ast.parse(path.read_text(encoding="utf-8")))
        if "terraform " in node.value and any(command in node.value for command in ABOUT_COMMANDS)
    ]
    assert wrong == []


def told(tree: ast.Module) -> list[ast.Constant]:
    """The texts of a module that are no docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
