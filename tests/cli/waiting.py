"""The process that waits with the command line read: each command is a fork of it."""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
from typing import Any

import boto3  # noqa: F401
import botocore.config  # noqa: F401
import rich.progress  # noqa: F401
import ruamel.yaml  # noqa: F401

from tests.forking import serve
from tests.paths import ROOT
from vectorform import language
from vectorform.cli.app import app  # noqa: F401
from vectorform.start import main


def _command(connection: socket.socket, request: dict[str, Any]) -> int:
    """What Python does before and after `python -m vectorform`: the files, the path, the end."""
    connection.sendall(os.getpid().to_bytes(8, "big"))
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115
    sys.path[0] = request["cwd"]
    sys.argv = ["vectorform", *request["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stderr.flush()
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    language.load("dev", ROOT)
    serve(sys.argv[1], _command)
