"""The processes that started this one, and whether a process still runs."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CDKTF = {"cdktf", "cdktf.js", "cdktn", "cdktn.js"}  # CDKTF's command line, and that of CDK Terrain
_SHOWN = 80  # characters of a command line
_POLL_SECONDS = 0.5
_PS = re.compile(r"\s*(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `started` tells it from a later one with the same number; its form is the system's."""

    pid: int
    started: str
    command: tuple[str, ...]

    @property
    def is_cdktf(self) -> bool:
        """Whether it is the cdktf command line: `node .../node_modules/.bin/cdktf deploy dev`."""
        return any(Path(word).name in _CDKTF for word in self.command[:2])

    @property
    def shown(self) -> str:
        """Its command line as a person knows it: without interpreter and folders."""
        words = list(self.command)
        if len(words) > 1 and "/" in words[1]:  # an interpreter, and what it runs
            del words[0]
        text = " ".join([Path(words[0]).name, *words[1:]]) if words else "a process"
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."

    def runs(self) -> bool:
        """Whether it still does."""
        found = _look(self.pid)
        return found is not None and found[1].started == self.started

    def wait(self) -> None:
        """Return when it has ended."""
        try:
            with os.fdopen(os.pidfd_open(self.pid)) as handle:
                if self.runs():
                    select.select([handle], [], [])
        except (AttributeError, OSError):  # not Linux, or it has ended
            while self.runs():
                time.sleep(_POLL_SECONDS)


def this_process() -> Process:
    """The one that asks."""
    found = _look(os.getpid())
    return found[1] if found else Process(os.getpid(), "", ())


def ancestors() -> Iterator[Process]:
    """The parent, its parent and so on, as far as the system shows them."""
    found = _look(os.getppid())
    while found is not None:
        parent, process = found
        yield process
        found = _look(parent) if parent > 0 else None


def _look(pid: int) -> tuple[int, Process] | None:
    """A process and the number of its parent; None when it does not run any more."""
    return _from_proc(pid) if Path("/proc/self/stat").exists() else _from_ps(pid)


def _from_proc(pid: int) -> tuple[int, Process] | None:
    """proc(5): the name in parentheses may hold anything; state, parent and start time come after it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0")
    except OSError:
        return None
    state, parent, started = fields[0], int(fields[1]), fields[19]
    return None if state in "ZX" else (parent, Process(pid, started, tuple(command.split("\0"))))


def _from_ps(pid: int) -> tuple[int, Process] | None:
    command = ["ps", "-ww", "-o", "ppid=,lstart=,command=", "-p", str(pid)]
    try:
        english = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=english)
    except OSError:
        return None
    match = _PS.match(done.stdout)
    if match is None:
        return None
    return int(match[1]), Process(pid, match[2], tuple(match[3].split()))
