"""The children of one undertaking, which can all be told to end at once."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from vectorform.processes.tied import Tied


class Stopped(Exception):
    """No further command is started: the undertaking was told to end."""


class Children:
    """Starts commands, from any thread, and interrupts all that are running.

    As a context manager it leaves nothing behind: on leaving, what still runs is interrupted and awaited.
    `stopping` is set once they were told to end: what continues in threads next to them looks at it.
    """

    def __init__(self, *, cwd: Path, environment: Mapping[str, str], grace: float) -> None:
        self._cwd = cwd
        self._environment = environment
        self._grace = grace
        self._running: set[Tied] = set()
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for child in tuple(self._running):
            self.finish(child)

    @property
    def stopped(self) -> bool:
        """Whether they were told to end."""
        return self.stopping.is_set()

    def start(self, command: Sequence[str], *, cwd: Path | None = None) -> Tied:
        """Start a command whose output is read by `lines`. Raises Stopped when it is too late for one."""
        with self._lock:
            if self.stopped:
                raise Stopped
            child = Tied(
                command,
                cwd=cwd or self._cwd,
                environment=self._environment,
                output=subprocess.PIPE,
                grace=self._grace,
            )
            self._running.add(child)
        return child

    def finish(self, child: Tied) -> int:
        """Wait for a child; its exit code."""
        exit_code = child.wait()
        with self._lock:
            self._running.discard(child)
        child.interrupt()  # closes the pipe to a supervisor that has ended
        return exit_code

    def stop(self) -> None:
        """Interrupt all that are running, and start no more. They may take their grace."""
        with self._lock:
            self.stopping.set()
            for child in self._running:
                child.interrupt()
