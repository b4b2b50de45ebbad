"""The first import of the command line: a Ctrl-C while the rest is imported ends it without a traceback."""

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
    run()
