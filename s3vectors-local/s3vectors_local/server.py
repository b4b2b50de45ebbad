"""The HTTP server: werkzeug's, threaded, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request as HttpRequest

from s3vectors_local.admission import refusal
from s3vectors_local.control import PREFIX, control, error
from s3vectors_local.gateway import Gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    # Headers and body are two writes; with Nagle's algorithm the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002
        environ: WSGIEnvironment | None = None,  # noqa: ARG002
    ) -> None:
        """No answer: do not wait for a next request on this connection either."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line per request: /_vectorform/requests has the counts."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Only what went wrong."""
        if type == "error":
            super().log(type, message, *args)


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
            request_handler=_Handler,
            fd=bound.fileno(),
        )
    server.daemon_threads = True  # type: ignore[attr-defined]  # a slow request does not hold up the end
    return server
