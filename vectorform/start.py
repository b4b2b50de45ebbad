"""What the command line and main.py import first: Ctrl-C before or after a command leaves no traceback.

Nor in a synth. Python itself takes 10 to 50 ms to start, and what happens in them is not ours.
"""

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


def synthesize(main: str, app: str) -> int:
    """Synthesize the project of a main.py, as its module `app` says; the exit code.

    Ctrl-C ends it at once: the lock of the output folder and Node end with the process.
    """
    from pathlib import Path

    from vectorform.synthesis.run import run

    return run(Path(main).resolve().parent, app)


def _interrupted(*_: object) -> None:
    os._exit(130)
