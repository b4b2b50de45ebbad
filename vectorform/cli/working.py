"""What a command is doing, for who waits at a terminal: on stderr, once it takes a second."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

Tell = Callable[[str], None]
_PATIENCE = 1.0  # seconds that nobody asks about


@contextlib.contextmanager
def doing(what: str) -> Iterator[Tell]:
    """Show what is being done for the length of a `with` block; what it gives names the next step.

    Nothing where stderr is no terminal: a log is for what was found.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console

    status = Console(stderr=True).status(what)
    starting = threading.Timer(_PATIENCE, status.start)
    starting.daemon = True
    starting.start()
    try:
        yield status.update
    finally:
        starting.cancel()
        starting.join()
        status.stop()
