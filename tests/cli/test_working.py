"""What a terminal shows while a command works: after a second, on stderr, and nothing of it in a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

SCRIPT = """\
import sys, time
from vectorform.cli.working import doing
with doing("planning dev") as tell:
    time.sleep(float(sys.argv[1]))
    tell("reading the plan")
    time.sleep(float(sys.argv[1]))
print("found")
"""
# Three steps, each of them shorter than the second after which the command is one to wait for.
STEPS = """\
import sys, time
from vectorform.cli.working import doing
@doing("reading")
def read():
    time.sleep(float(sys.argv[1]))
for _ in range(3):
    read()
print("found")
"""


def shown(seconds: str, folder: Path, script: str = SCRIPT) -> tuple[str, bytes]:
    """What went to stdout, a pipe, and what the terminal at stderr was sent."""
    ours, theirs = pty.openpty()
    with (folder / "out").open("wb") as out:
        command = [sys.executable, "-c", script, seconds]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        done = subprocess.run(command, stdout=out, stderr=theirs, env=environment, timeout=60)
    os.close(theirs)
    assert done.returncode == 0
    sent = b""
    try:
        while piece := os.read(ours, 65536):
            sent += piece
    except OSError:  # Linux says EIO when the other side is closed
        pass
    os.close(ours)
    return (folder / "out").read_text(), sent


@pytest.mark.parametrize(("seconds", "seen"), [("0.8", True), ("0.0", False)])
def test_a_terminal_sees_the_step_and_gets_its_cursor_back(seconds: str, seen: bool, tmp_path: Path) -> None:
    out, sent = shown(seconds, tmp_path)
    assert out == "found\n"
    assert (b"reading the plan" in sent) is seen
    assert sent.count(b"\x1b[?25l") == sent.count(b"\x1b[?25h")  # hidden, and shown again


def test_the_steps_of_a_command_are_waited_for_together(tmp_path: Path) -> None:
    out, sent = shown("0.6", tmp_path, STEPS)
    assert out == "found\n" and b"reading" in sent
    assert sent.count(b"\x1b[?25l") == sent.count(b"\x1b[?25h")


def test_a_pipe_sees_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, "0.6"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "found\n", "")
