"""The command line as a user runs it: in a process, with pipes or a terminal."""

from __future__ import annotations

import contextlib
import marshal
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import nursery
from tests.paths import ROOT


def run(folder: Path, *arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """`vectorform ARGUMENTS` in `folder`."""
    return forked(folder, arguments, {**os.environ, "PYTHONPATH": str(ROOT), **variables}, stdin)


def forked(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    stdin: str = "",
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """`vectorform ARGUMENTS`: the fork of a process that has read the command line already."""
    assert "VECTORFORM_DEBUG" not in environment, "it is read when the command line is imported"
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        request = {
            "program": "command",
            "arguments": list(arguments),
            "cwd": str(folder),
            "environment": dict(environment),
        }
        code = _ended(request, [given.fileno(), out.fileno(), err.fileno()], timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, code, _text(out.read()), _text(err.read()))


def run_anew(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in a Python that has read nothing: what a command needs, it has to import."""
    return subprocess.run(
        [sys.executable, "-m", "vectorform", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _ended(request: dict[str, Any], files: list[int], timeout: float) -> int:
    text = marshal.dumps(request)
    with socket.socket(socket.AF_UNIX) as waiting:
        waiting.settimeout(timeout)
        waiting.connect(nursery.socket())
        socket.send_fds(waiting, [len(text).to_bytes(8, "big")], files)
        waiting.sendall(text)
        process = int.from_bytes(waiting.recv(8), "big")
        assert process, f"vectorform cannot start in {request['cwd']}"
        try:
            ended = waiting.recv(1)
        except BaseException:  # the time-out, or Ctrl-C
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            raise
    assert ended, f"vectorform {' '.join(request['arguments'])}: the process was killed"
    return ended[0]


def _text(output: bytes) -> str:
    return output.decode().replace("\r\n", "\n")


def run_on_a_terminal(folder: Path, *arguments: str, errors: bool = False, **variables: str) -> str:
    """What `vectorform ARGUMENTS` writes to a terminal, line ends as a program writes them.

    With `errors`, the terminal has stderr alone.
    """
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "vectorform", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
            stdout=subprocess.DEVNULL if errors else theirs,
            stderr=theirs if errors else subprocess.DEVNULL,
        )
        os.close(theirs)
        output = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux says EIO when the other side is closed
                break
            if not piece:
                break
            output += piece
        process.wait(timeout=60)
    finally:
        os.close(ours)
    return output.decode().replace("\r\n", "\n")
