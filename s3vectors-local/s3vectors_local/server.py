"""The HTTP server: werkzeug's, threaded, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request as HttpRequest

from s3vectors_local.admission import refusal
from s3vectors_local.control import PREFIX, control, error
from s3vectors_local.gateway import Gateway
from s3vectors_local.http_handler import Handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"


def make(gateway: Gateway, account: str, port: int) -> BaseWSGIServer:
    """A server that is bound and listens already. Raises OSError if the port is taken."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        refused = refusal(environ)
        if refused is not None:
            return error(403, refused)(environ, start_response)
        if path == PREFIX or path.startswith(PREFIX + "/"):
            return control(HttpRequest(environ), gateway, account)(environ, start_response)
        return gateway(environ, start_response)

    # werkzeug would end the process on a port that is taken; bound here, it is an OSError like any other.
    with socket.create_server((HOST, port), backlog=128) as bound:
        server = make_server(
            HOST,
            bound.getsockname()[1],
            application,
            threaded=True,
            request_handler=Handler,
            fd=bound.fileno(),
        )
    server.daemon_threads = True  # type: ignore[attr-defined]  # a slow request does not hold up the end
    return server
