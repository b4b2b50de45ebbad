"""The command line in a process of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT


def run(folder: Path, *arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """`vectorform ARGUMENTS` in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "vectorform", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


def run_on_a_terminal(folder: Path, *arguments: str) -> str:
    """What `vectorform ARGUMENTS` writes to a terminal, line ends as a program writes them."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "vectorform", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=theirs,
            stderr=subprocess.DEVNULL,
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
