"""A state that the other tool wrote is named before somebody goes on with it by mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vectorform import engine
from vectorform.state.writer import of_the_other_tool

TERRAFORM = 'provider["registry.terraform.io/hashicorp/aws"]'
OPENTOFU = 'provider["registry.opentofu.org/hashicorp/aws"]'
BUILTIN = 'provider["terraform.io/builtin/terraform"]'


def texts(root: Path, *providers: str) -> list[str]:
    state = {"version": 4, "lineage": "a", "resources": [{"provider": provider} for provider in providers]}
    (root / "terraform.dev.tfstate").write_text(json.dumps(state))
    return [check.what for check in of_the_other_tool(root, root)]


@pytest.mark.parametrize(
    ("command", "own", "other"), [("terraform", TERRAFORM, OPENTOFU), ("tofu", OPENTOFU, TERRAFORM)]
)
def test_a_state_of_the_other_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, own: str, other: str
) -> None:
    monkeypatch.setenv(engine.VARIABLE, command)
    assert texts(tmp_path, BUILTIN) == texts(tmp_path, own, BUILTIN) == []
    (text,) = texts(tmp_path, other, BUILTIN)
    assert f"but {command} would use it now" in text
    assert texts(tmp_path, own, other) == []  # half carried over: it is being gone on with


@pytest.mark.parametrize(
    "state", ["", "{", "[]", '{"encrypted_data": ""}', '{"resources": 3}', '{"resources": [3]}']
)
def test_a_state_that_cannot_be_read_says_nothing_here(tmp_path: Path, state: str) -> None:
    (tmp_path / "terraform.dev.tfstate").write_text(state)
    assert list(of_the_other_tool(tmp_path, tmp_path)) == []
