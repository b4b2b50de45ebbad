"""Who works in an output folder, and how long: processes that stand for cdktf, and their apps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.processes.test_tied import wait_until
from vectorform.errors import UserError
from vectorform.processes.ancestry import Process, ancestors, this_process
from vectorform.processes.output_lock import HELD, held

# Runs its app as cdktf does, works in the folder for a while after it, and notes when.
CDKTF = """
import os, subprocess, sys, time
name, folder, log, seconds, times = sys.argv[1:]
for _ in range(int(times)):
    environ = {**os.environ, "CDKTF_OUTDIR": folder}
    app = f'{sys.executable} {os.environ["APP"]}'
    done = subprocess.run(app, shell=True, stderr=subprocess.PIPE, text=True, env=environ)
    print(done.stderr, end="")
    if done.returncode:
        sys.exit(done.returncode)
    with open(log, "a") as file:
        file.write(f"{name} works\\n")
time.sleep(float(seconds))
with open(log, "a") as file:
    file.write(f"{name} ends\\n")
"""
APP = """
import os, sys
from pathlib import Path
from vectorform.processes.output_lock import Abandoned, hold_for_cdktf
try:
    hold_for_cdktf(Path(os.environ["CDKTF_OUTDIR"]), lambda line: print(line, file=sys.stderr, flush=True))
except Abandoned:
    sys.exit(7)
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "cdktf").write_text(CDKTF)
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


def start(
    here: Path, name: str, folder: str = "out", seconds: float = 0.3, times: int = 1
) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "APP": str(here / "app.py")}
    environ.pop(HELD, None)
    arguments = [name, str(here / folder), str(here / "log"), str(seconds), str(times)]
    return subprocess.Popen(
        [sys.executable, str(here / "cdktf"), *arguments], env=environ, stdout=subprocess.PIPE, text=True
    )


def log(here: Path) -> list[str]:
    path = here / "log"
    return path.read_text().splitlines() if path.exists() else []


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output


def test_ten_at_once_come_one_after_the_other(here: Path) -> None:
    processes = [start(here, str(number), seconds=0.2) for number in range(10)]
    said = [finish(process) for process in processes]
    lines = log(here)
    assert lines[0::2] == [line.replace("ends", "works") for line in lines[1::2]]
    assert len(lines) == 20
    assert sum("waiting for `cdktf " in text for text in said) >= 8


def test_who_waits_says_for_whom(here: Path) -> None:
    first = start(here, "first", seconds=2)
    wait_until(lambda: log(here) == ["first works"], "the first works")
    second = start(here, "second")
    said = finish(second)
    finish(first)
    assert (
        f"out: waiting for `cdktf first {here}/out " in said.replace("...", "")[:200] or "waiting for" in said
    )
    assert f"(process {first.pid}, since " in said
    assert "CDKTF_OUTPUT=FOLDER works in parallel" in said
    assert log(here) == ["first works", "first ends", "second works", "second ends"]


def test_another_folder_does_not_wait(here: Path) -> None:
    first = start(here, "first", seconds=5)
    wait_until(lambda: log(here) == ["first works"], "the first works")
    assert finish(start(here, "second", "another/out", seconds=0)) == ""
    assert log(here) == ["first works", "second works", "second ends"]
    finish(first)


def test_one_cdktf_may_start_its_app_again(here: Path) -> None:
    """As `cdktf watch` does."""
    assert finish(start(here, "first", times=3, seconds=0)) == ""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_ends_with_a_cdktf_that_is_killed(here: Path, number: int) -> None:
    first = start(here, "first", seconds=60)
    wait_until(lambda: log(here) == ["first works"], "the first works")
    first.send_signal(number)
    first.communicate()
    began = time.monotonic()
    finish(start(here, "second", seconds=0))
    assert time.monotonic() - began < 20


def test_an_app_whose_cdktf_ends_while_it_waits_does_nothing(here: Path) -> None:
    first = start(here, "first", seconds=4)
    wait_until(lambda: log(here) == ["first works"], "the first works")
    second = start(here, "second")
    time.sleep(1)
    second.kill()
    second.communicate()
    finish(first)
    finish(start(here, "third"))
    assert not [line for line in log(here) if line.startswith("second")]


def test_our_own_undertaking_and_its_children_are_one(here: Path) -> None:
    told: list[str] = []
    with held(here / "out", told.append) as ours:
        environ = {**os.environ, **ours, "PYTHONPATH": str(ROOT), "CDKTF_OUTDIR": str(here / "out")}
        app = [sys.executable, str(here / "app.py")]
        assert subprocess.run(app, env=environ, capture_output=True, text=True, timeout=30).stderr == ""
        waiting = start(here, "other")
        time.sleep(1.5)
        assert log(here) == []
    assert f"(process {os.getpid()}, since " in finish(waiting)
    assert told == []


def test_a_folder_that_is_removed_meanwhile_is_another(here: Path) -> None:
    import shutil

    first = start(here, "first", seconds=2)
    wait_until(lambda: log(here) == ["first works"], "the first works")
    second = start(here, "second", seconds=0)
    time.sleep(0.7)
    shutil.rmtree(here / "out")
    finish(second)
    finish(first)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(
            UserError,
            match=r"file/out: nothing can be written there: Not a directory; work in .* CDKTF_OUTPUT",
        ),
        held(tmp_path / "file" / "out", lambda _: None),
    ):
        pass


def test_a_process_is_known_by_when_it_started() -> None:
    me = this_process()
    assert me.runs()
    assert not Process(me.pid, "0", me.command).runs()
    assert next(ancestors()).pid == os.getppid()


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("node", "/a/node_modules/.bin/cdktf", "deploy", "dev"), "cdktf deploy dev"),
        (("/usr/bin/node", "/lib/cdktf-cli/bundle/bin/cdktf.js", "deploy"), "cdktf.js deploy"),
        (("python", "/venv/bin/vectorform", "rollout", "prod"), "vectorform rollout prod"),
    ],
)
def test_a_command_line_as_a_person_knows_it(command: tuple[str, ...], shown: str) -> None:
    process = Process(1, "", command)
    assert process.shown == shown
    assert process.is_cdktf == shown.startswith("cdktf")
