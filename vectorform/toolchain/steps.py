"""Steps of a set-up: each is done once for the same input and says how long it took."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path


class SetUpError(Exception):
    """Something that is needed could not be installed."""


class Steps:
    """What was done is remembered in `stamps`, by what it was made from; `folder` is where commands run."""

    def __init__(self, folder: Path, stamps: Path, commands: Path) -> None:
        self.folder = folder
        self.stamps = stamps
        self.commands = commands

    def step(self, name: str, digest: str, act: Callable[[], None], *, lost: bool = False) -> None:
        """Do it unless it was done with the same input; say on stderr how long it took.

        `lost`: its result is outside the project and is gone, so do it again.
        """
        stamp = self.stamps / re.sub(r"\W+", "-", name.partition("(")[0].strip().lower())
        if not lost and stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
            return
        sys.stderr.write(f"setting up: {name} ... ")
        sys.stderr.flush()
        start = time.monotonic()
        act()
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest, encoding="utf-8")
        sys.stderr.write(f"{time.monotonic() - start:.0f} s\n")

    def digest(self, *files: Path) -> str:
        """What a step is made from: the files and where they are used (scripts hold absolute paths)."""
        digest = hashlib.sha256(str(self.folder).encode())
        for file in files:
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def run(self, command: Sequence[str]) -> None:
        """Run a command, its own commands first on PATH. Raises SetUpError with what it said."""
        path = f"{self.commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise SetUpError(f"`{' '.join(command)}` cannot be run: {error.strerror}") from error
        if done.returncode != 0:
            remedy = "if a download failed, check the network and proxies, then run it again"
            raise SetUpError(f"{done.stdout}{done.stderr}\n`{' '.join(command)}` failed; {remedy}")

    @contextlib.contextmanager
    def alone(self, lock: Path) -> Iterator[None]:
        """One set-up at a time; a second one waits and then finds everything done."""
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
