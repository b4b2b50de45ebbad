"""When the process ends: on a signal, or, if it is tied, when its starter is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading

KEEP = "keep"


def end_on_signals() -> None:
    """SIGTERM and SIGINT raise KeyboardInterrupt in the main thread, which ends the server at once."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end_with_stdin() -> None:
    """End the process when stdin reaches its end, unless a line `keep` came before.

    The pipe closes when its writer dies, however it dies, so nothing is left behind.
    """

    def watch() -> None:
        for line in sys.stdin:
            if line.strip() == KEEP:
                return
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="tied").start()
