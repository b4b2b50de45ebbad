"""The process that waits: reads what commands, providers and local AWS need, then forks for each of them."""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import sys
import threading
from typing import Any

# As the local AWS sets them before it reads moto.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
os.environ["MOTO_ENABLE_ISO_REGIONS"] = "true"
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import boto3
import botocore.config
import botocore.loaders
import botocore.session
import grpc._server  # noqa: F401
import moto.iam.responses
import moto.kms.responses
import moto.moto_server.werkzeug_app
import moto.s3.responses
import moto.ssm.responses
import moto.sts.responses  # noqa: F401
import rich.progress  # noqa: F401
import ruamel.yaml  # noqa: F401
from cryptography import x509  # noqa: F401
from cryptography.hazmat.backends.openssl import backend  # noqa: F401
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: F401
from tf.gen import (  # noqa: F401
    grpc_controller_pb2,
    grpc_controller_pb2_grpc,
    grpc_stdio_pb2_grpc,
    tfplugin_pb2_grpc,
)

import s3vectors_local.__main__ as local_aws
from s3vectors_local import gateway, loopback, persistence, server  # noqa: F401
from tests.nursery.forking import serve
from tests.paths import ROOT
from vectorform import language
from vectorform.cli.app import app  # noqa: F401
from vectorform.rehearsal.provider import configure, servicer  # noqa: F401
from vectorform.rehearsal.provider import server as provider
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.start import main


def _run(connection: socket.socket, request: dict[str, Any]) -> int:
    sys.argv = [request["program"], *request["arguments"]]
    if request["program"] == "provider":
        # It ends when its parent changes: that is Terraform while it holds the connection.
        os.getppid = lambda: 0 if _closed(connection) else request["parent"]
        return provider.main()
    _take_files()
    if request["program"] == "local AWS":
        return local_aws.main()
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    return _command(request)


def _take_files() -> None:
    """What Python does before `python -m`."""
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115


def _command(request: dict[str, Any]) -> int:
    """`python -m vectorform`, with what Python does after it."""
    sys.argv[0] = "vectorform"
    sys.path[0] = request["cwd"]
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


def _closed(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


def _end_with(connection: socket.socket) -> None:
    """Nothing outlives the one who asked for it."""
    while connection.recv(1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def _keep_service_models() -> None:
    """What boto3 looks for in folders and reads from files for each session anew, it finds read."""
    loader = botocore.loaders.create_loader()
    botocore.session.create_loader = lambda _: loader
    session = boto3.Session("none", "none", region_name="eu-west-1")
    for service in ("iam", "kms", "s3", "s3vectors", "sts"):
        session.client(service)  # type: ignore[call-overload]


if __name__ == "__main__":
    provider_schema()
    servicer.Servicer().GetMetadata(None, None)  # it imports every resource type
    language.load("dev", ROOT)
    _keep_service_models()
    serve(sys.argv[1], _run)
