"""What a command is doing, for who waits at a terminal: on stderr, once the command takes a second."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

Tell = Callable[[str], None]
_PATIENCE = 1.0  # seconds of a command that nobody asks about
_SHORT = 0.2  # and of a step: what is shown for less only flickers
_began = time.monotonic()


@contextlib.contextmanager
def doing(what: str) -> Iterator[Tell]:
    """Show what is being done for the length of a `with` block; what it gives names the next step.

    It decorates a function, too. Nothing where stderr is no terminal: a log is for what was found.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console

    status = Console(stderr=True).status(what)
    patience = max(_SHORT, _PATIENCE - (time.monotonic() - _began))
    starting = threading.Timer(patience, status.start)
    starting.daemon = True
    starting.start()
    try:
        yield status.update
    finally:
        starting.cancel()
        starting.join()
        status.stop()
