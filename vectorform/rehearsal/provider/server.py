"""The process that Terraform starts: handshake, gRPC server, and an end that leaves nothing behind.

Protocol: HashiCorp go-plugin ("internals" document): one line on stdout with the protocol version, a
unix socket and the certificate of this run, then gRPC over TLS on that socket.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

_MAGIC_COOKIE = "TF_PLUGIN_MAGIC_COOKIE"
_CORE_PROTOCOL, _TERRAFORM_PROTOCOL = 1, 6
_PARENT_CHECK_SECONDS = 0.5
_DRAIN_SECONDS = 2.0
_LONGEST_SOCKET_PATH = 103  # bytes: macOS allows 104 with the closing NUL, Linux 108 (unix(7))


def main() -> int:
    """Serve until Terraform says stop or is gone. Exit code 2 if this was not started by Terraform."""
    if not os.environ.get(_MAGIC_COOKIE):
        print(  # noqa: T201
            "This is the offline Terraform provider of a rehearsal: Terraform starts it, nobody else. "
            "Run `vectorform rehearse` instead.",
            file=sys.stderr,
        )
        return 2
    parent = os.getppid()
    # Ctrl-C reaches the whole process group. Terraform decides what it means: it lets running calls end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    directory = socket_directory()
    try:
        threading.Thread(target=_exit_with, args=(parent, directory), daemon=True).start()
        _serve(f"{directory}/socket")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return 0


def socket_directory() -> str:
    """A new directory that only this user may enter and whose path leaves room for a socket's name.

    It is where temporary files belong (TMPDIR), or in /tmp where that path is longer than a socket's may be.
    """
    directory = tempfile.mkdtemp(prefix="vectorform-provider-")
    if len(os.fsencode(f"{directory}/socket")) <= _LONGEST_SOCKET_PATH:
        return directory
    Path(directory).rmdir()
    return tempfile.mkdtemp(prefix="vectorform-provider-", dir="/tmp")


def _exit_with(parent: int, directory: str) -> None:
    """End this process as soon as Terraform has ended without saying so (it was killed)."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(1)


def _serve(socket: str) -> None:
    import grpc
    from tf.gen import grpc_controller_pb2, grpc_controller_pb2_grpc, grpc_stdio_pb2_grpc

    from vectorform.rehearsal.provider.aws import CONCURRENCY
    from vectorform.rehearsal.provider.messages import SERVICE, pb
    from vectorform.rehearsal.provider.servicer import Servicer

    done = threading.Event()

    class Controller(grpc_controller_pb2_grpc.GRPCControllerServicer):  # type: ignore[misc]
        def Shutdown(self, _request: Any, _context: Any) -> Any:
            done.set()
            return grpc_controller_pb2.Empty()

    class Stdio(grpc_stdio_pb2_grpc.GRPCStdioServicer):  # type: ignore[misc]
        def StreamStdio(self, _request: Any, _context: Any) -> Iterator[Any]:
            return iter(())  # what this process prints goes to its own stderr

    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=CONCURRENCY),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    servicer = Servicer()
    methods = {
        method.name: grpc.unary_unary_rpc_method_handler(
            getattr(servicer, method.name),
            request_deserializer=getattr(pb, method.input_type.containing_type.name).Request.FromString,
            response_serializer=getattr(
                pb, method.output_type.containing_type.name
            ).Response.SerializeToString,
        )
        for method in SERVICE.methods
        if hasattr(servicer, method.name)  # of another method Terraform hears that it is not implemented
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE.full_name, methods),))
    grpc_controller_pb2_grpc.add_GRPCControllerServicer_to_server(Controller(), server)
    grpc_stdio_pb2_grpc.add_GRPCStdioServicer_to_server(Stdio(), server)
    key, certificate, der = _certificate()
    # Terraform's own certificate (P-521) is one that gRPC's BoringSSL cannot verify: what keeps others out
    # is the socket's directory, which only this user may enter.
    credentials = grpc.ssl_server_credentials([(key, certificate)])
    server.add_secure_port(f"unix:{socket}", credentials)
    server.start()
    handshake = (
        str(_CORE_PROTOCOL),
        str(_TERRAFORM_PROTOCOL),
        "unix",
        socket,
        "grpc",
        base64.b64encode(der).decode().rstrip("="),
    )
    print("|".join(handshake), flush=True)  # noqa: T201
    done.wait()
    server.stop(_DRAIN_SECONDS).wait()


def _certificate() -> tuple[bytes, bytes, bytes]:
    """(key PEM, certificate PEM, certificate DER) of a key that exists only in this process."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
        certificate.public_bytes(serialization.Encoding.DER),
    )
