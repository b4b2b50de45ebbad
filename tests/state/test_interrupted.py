"""A lock that a killed apply left beside a local state, as the next synth finds it."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language.projects import loaded
from vectorform.state.interrupted import interrupted

INFO = {"Operation": "OperationTypeApply", "Who": "root@vm", "Created": "2026-11-26T04:03:01.6Z"}
STATE = "terraform.dev.tfstate"


def left(folder: Path, info: str) -> None:
    (folder / STATE).write_bytes(b"")
    (folder / f".{STATE}.lock.info").write_text(info)


def test_nothing_was_left(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"")
    assert list(interrupted(loaded(tmp_path), tmp_path)) == []


@pytest.mark.parametrize("info", [json.dumps(INFO), "", "[]"], ids=["whole", "empty", "no-map"])
def test_an_apply_was_killed(info: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    left(tmp_path, info)
    (found,) = interrupted(loaded(tmp_path), tmp_path)
    assert found.what.startswith("dev: an apply, started") and STATE in found.what
    assert "by root@vm at 2026" in found.what or info != json.dumps(INFO)
    assert "`vectorform adopt dev --dry-run`" in found.fix


def test_a_plan_was_killed_which_makes_nothing(tmp_path: Path) -> None:
    left(tmp_path, json.dumps({**INFO, "Operation": "OperationTypePlan"}))
    assert list(interrupted(loaded(tmp_path), tmp_path)) == []


def test_an_apply_that_still_runs_was_not_killed(tmp_path: Path) -> None:
    """The lock belongs to another process; the one of this test would be given to it twice."""

    left(tmp_path, json.dumps(INFO))
    code = (
        "import fcntl, sys\n"
        f"file = open({str(tmp_path / STATE)!r}, 'r+b')\n"
        f"fcntl.lockf(file, {fcntl.LOCK_EX})\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "locked\n"
        assert list(interrupted(loaded(tmp_path), tmp_path)) == []
        holder.communicate("")
    assert len(list(interrupted(loaded(tmp_path), tmp_path))) == 1
