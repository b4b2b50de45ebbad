"""The process that waits: reads what a provider needs once, then forks one per connection."""

from __future__ import annotations

import os
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

from tests.forking import serve
from vectorform.rehearsal.provider import configure, servicer  # noqa: F401
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.server import main


def _provide(connection: socket.socket, request: dict[str, Any]) -> int:
    # The provider ends when its parent changes: that is Terraform while it holds the connection.
    os.getppid = lambda: 0 if _closed(connection) else request["terraform"]
    return main()


def _closed(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


if __name__ == "__main__":
    provider_schema()
    serve(sys.argv[1], _provide)
