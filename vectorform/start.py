"""The first import of the command line: a Ctrl-C before the command, or after it, leaves no traceback."""

import os
import signal

# Python's own handler would raise KeyboardInterrupt in the middle of an import. One that is ignored stays so.
_IMPORTING = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _IMPORTING:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Import the command line and run it."""
    from vectorform.cli.app import main as run

    if _IMPORTING:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run()
    finally:
        if _IMPORTING:  # KeyboardInterrupt while Python ends would be exit code 120
            signal.signal(signal.SIGINT, _interrupted)


def _interrupted(*_: object) -> None:
    os._exit(130)
