"""A process that has read what many need waits, and forks for each who connects.

The fork is a process like any other, with a working directory, an environment and files of its own; what it
saves is the second in which Python reads the same modules again.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import marshal
import os
import random
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from tests.paths import ROOT


def start(module: str) -> str:
    """Start `python -m module SOCKET`, which calls `serve` and ends with us; the path of the socket."""
    folder = tempfile.mkdtemp(prefix="nursery-")
    nursery = subprocess.Popen(
        [sys.executable, "-m", module, f"{folder}/socket"],
        cwd=ROOT,
        stdin=subprocess.PIPE,  # its end is the nursery's
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert nursery.stdout is not None
    assert nursery.stdout.readline() == b"ready\n"
    atexit.register(_end, nursery, folder)
    return f"{folder}/socket"


def _end(nursery: subprocess.Popen[bytes], folder: str) -> None:
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.close()
    nursery.wait(10)
    nursery.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)


def serve(path: str, child: Callable[[socket.socket, dict[str, Any]], int]) -> None:
    """Until our stdin ends. `child` runs in the fork, once it is where the request says; its exit code.

    Whoever connects is sent the fork's process id in eight bytes, and its exit code in one.
    """
    gc.freeze()  # what is shared stays shared
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            readable, _, _ = select.select([door, sys.stdin], [], [])
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if sys.stdin in readable:
                return
            connection, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _run(connection, child)
            connection.close()


def _run(connection: socket.socket, child: Callable[[socket.socket, dict[str, Any]], int]) -> None:
    code = 1
    try:
        random.seed()
        request, files = _received(connection)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["environment"])
        connection.sendall(os.getpid().to_bytes(8, "big"))
        code = child(connection, request)
        with contextlib.suppress(OSError):
            connection.sendall(bytes([code]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _received(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    length, text = int.from_bytes(head, "big"), b""
    while len(text) < length:
        text += connection.recv(length - len(text))
    request: dict[str, Any] = marshal.loads(text)
    return request, files
