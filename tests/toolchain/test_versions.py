"""Which Node and Terraform on PATH are used, and which are replaced by those from PyPI."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorform.toolchain import versions
from vectorform.toolchain.versions import Tool

SOME_NODE = Tool("some-node", "Node", (20, 9), (23,), "")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def put(folder: Path, tool: str, output: str, code: int = 0) -> None:
    (folder / tool).write_text(f"#!/bin/sh\necho '{output}'\nexit {code}\n")
    (folder / tool).chmod(0o755)


@pytest.mark.parametrize("shown", ["v20.20.2", "v22.19.0", "v20.9.0"])
def test_a_suitable_one_is_left_alone(path: Path, shown: str) -> None:
    put(path, "some-node", shown)
    assert versions.missing(SOME_NODE) is None


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("v18.20.0", "some-node on PATH is 18.20.0, it must be at least 20.9 and below 23"),
        ("v24.1.0", "some-node on PATH is 24.1.0, it must be at least 20.9 and below 23"),
        ("v23.0.0", "some-node on PATH is 23.0.0, it must be at least 20.9 and below 23"),
        ("something else", "no some-node on PATH"),
    ],
)
def test_one_that_does_not_do_is_named(path: Path, shown: str, said: str) -> None:
    put(path, "some-node", shown)
    assert versions.missing(SOME_NODE) == said


def test_one_that_does_not_run_is_none(path: Path) -> None:
    put(path, "some-node", "v20.20.2", code=1)
    assert versions.missing(SOME_NODE) == "no some-node on PATH"
    assert versions.missing(Tool("no-such-tool", "", (1, 10), (2,), "")) == "no no-such-tool on PATH"


def test_terraform_says_its_version_on_several_lines(path: Path) -> None:
    put(path, "some-terraform", "Terraform v1.11.4\non linux_amd64")
    assert versions.version("some-terraform") == (1, 11, 4)
