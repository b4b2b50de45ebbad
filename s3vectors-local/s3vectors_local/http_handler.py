"""One connection of the HTTP server: requests one after another, until it is closed or idle.

werkzeug's handler closes every connection after one answer. As AWS, this one keeps it open (RFC 9112,
section 9.3), so that clients reuse connections, and meet what comes with it.
"""

from __future__ import annotations

import contextlib
import io
import re
import selectors
import string
import sys
import traceback
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import DechunkedInput, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_IDLE_SECONDS = 20  # what AWS waits is not documented
_DRAIN_SECONDS = 0.01  # a client needs a moment to go on sending
_DRAIN_BYTES = 1_000_000_000  # what is sent beyond that meets a connection reset
_PIECE = 10_000_000
_LONGEST_LINE = 65_536  # bytes, as of a header
_LENGTH = re.compile("[0-9]*", re.ASCII)  # any other is a 400 (RFC 9112, section 6.3)


class Handler(WSGIRequestHandler):
    """Serves requests with the server's WSGI application."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """`100 Continue` leaves at once: a client that waits for it sends no body before."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def run_wsgi(self) -> None:
        """Answer one request. A ConnectionError of the application ends the connection where it is."""
        environ = self.make_environ()
        lengths = set(self.headers.get_all("Content-Length", [""]))
        if len(lengths) > 1 or not _LENGTH.fullmatch(lengths.pop()):
            self.send_error(400, "Content-Length is not a number of bytes")
            return
        if self.headers.get("Transfer-Encoding", "chunked").lower() not in ("chunked", "identity"):
            self.send_error(501, "Transfer-Encoding is not chunked")
            return
        body = _body_of(environ)
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            del exc_info
            head[:] = [status, headers]
            return self.wfile.write

        try:
            pieces = self.server.app(environ, start_response)
            self.close_connection |= not body.is_read()
            self._send_head(*head)
            for piece in pieces:
                self.wfile.write(piece)
            self.wfile.flush()
        except (ConnectionError, ClientDisconnected):
            self._end_here()
        except Exception:  # a bug: the log has it, and whoever asked sees that something is wrong
            traceback.print_exc(file=sys.stderr)
            self._end_here()
        if self.close_connection and not body.is_read():
            self._drain()

    def _send_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        code, _, reason = status.partition(" ")
        names = {name.lower() for name, _ in headers}
        self.send_response_only(int(code), reason)
        self.send_header("Server", self.version_string())
        if "date" not in names:
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and self.command != "HEAD" and code not in ("204", "304"):
            self.close_connection = True  # then only its end says where the body ends
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _end_here(self) -> None:
        """What was written so far is sent, and nothing more."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()

    def _drain(self) -> None:
        """Take what the client still sends: else it would see a reset connection in place of the answer."""
        taken = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            try:
                while taken < _DRAIN_BYTES and selector.select(_DRAIN_SECONDS):
                    piece = self.connection.recv(_PIECE)
                    if not piece:
                        return
                    taken += len(piece)
            except OSError:
                return

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line per request: /_local/requests has the counts."""

    def log_error(self, format: str, *args: Any) -> None:
        """Nor one for a connection that was idle, or is no HTTP."""


def _body_of(environ: WSGIEnvironment) -> _Sized | _Chunked:
    """The body of a request, which knows whether all of it was read. Takes its place in `environ`."""
    stream = environ["wsgi.input"]
    if isinstance(stream, DechunkedInput):
        body: _Sized | _Chunked = _Chunked(stream._rfile)
    else:
        body = _Sized(stream, int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = body
    return body


class _Sized(io.RawIOBase):
    """A body of which the head says how long it is."""

    def __init__(self, stream: Any, length: int) -> None:
        super().__init__()
        self._stream, self._left = stream, length

    def is_read(self) -> bool:
        """Whether the next bytes of the connection are the next request."""
        return self._left == 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Never more than there is."""
        piece = self._stream.read(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


class _Chunked(io.RawIOBase):
    """A body in chunks (RFC 9112, section 7.1). werkzeug's takes neither their extensions nor trailers."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream, self._left, self._done = stream, 0, False

    def is_read(self) -> bool:
        """Whether the next bytes of the connection are the next request."""
        return self._done

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What is left of one chunk. Raises ConnectionError where the framing is broken."""
        if not self._left and not self._done:
            self._begin()
        if self._done:
            return 0
        piece = self._stream.read(min(len(buffer), self._left))
        if not piece:
            raise ConnectionError("the body ends within a chunk")
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        if not self._left and self._line():
            raise ConnectionError("a chunk is longer than its size")
        return len(piece)

    def _begin(self) -> None:
        size = self._line().partition(b";")[0].strip()
        if not size or size.strip(string.hexdigits.encode()):
            raise ConnectionError(f"not the size of a chunk: {size!r}")
        self._left = int(size, 16)
        if not self._left:
            while self._line():
                pass  # a trailer
            self._done = True

    def _line(self) -> bytes:
        line: bytes = self._stream.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ConnectionError("the body ends within a line of its framing")
        return line.rstrip(b"\r\n")
