"""The process that waits: reads what a provider needs once, then forks one per connection."""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import random
import select
import socket
import sys
from typing import Any

import boto3  # noqa: F401
import botocore.config  # noqa: F401
import grpc  # noqa: F401
from cryptography import x509  # noqa: F401
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: F401
from tf.gen import (  # noqa: F401
    grpc_controller_pb2,
    grpc_controller_pb2_grpc,
    grpc_stdio_pb2_grpc,
    tfplugin_pb2_grpc,
)

from vectorform.rehearsal.provider import configure, servicer  # noqa: F401
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.server import main


def serve(path: str) -> None:
    """Until our stdin ends."""
    provider_schema()
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
                _provide(connection)
            connection.close()


def _provide(connection: socket.socket) -> None:
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
        # The provider ends when its parent changes: that is Terraform while it holds the connection.
        os.getppid = lambda: 0 if _closed(connection) else request["terraform"]
        code = main()
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


def _closed(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


if __name__ == "__main__":
    serve(sys.argv[1])
