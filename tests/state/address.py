"""A stand-in for a server that keeps states behind addresses: GitLab's way, and Terraform's own.

`/terraform/state/NAME` is locked by POST and DELETE of `.../lock` (GitLab documentation, "Terraform state
API"); `/plain/NAME` by LOCK and UNLOCK of itself (Terraform documentation, "Backend Type: http"). As GitLab
does, it refuses a write without the id of the lock that is held.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USERNAME, PASSWORD = "gitlab-ci-token", "glcbt-sesame"


@dataclass
class States:
    """What the server has: the states and locks by address. `faults` are answers to come, by method."""

    states: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""
    locking: bool = True

    def answer(self, method: str, path: str, id_: str, body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        of_lock = path.endswith("/lock") or method in ("LOCK", "UNLOCK")
        name = path.removesuffix("/lock")
        held = self.locks.get(name)
        if of_lock and method in ("POST", "LOCK"):
            if held is not None and self.locking:
                return 423, held
            self.locks[name] = body
            return 200, b""
        if of_lock:
            if held is not None and body and json.loads(body).get("ID") not in ("", _id(held)):
                return 409, held
            self.locks.pop(name, None)
            return 200, b""
        if method == "GET":
            return (200, self.states[name]) if name in self.states else (404, b"")
        if held is not None and id_ != _id(held):
            return 409, held
        if method == "POST":
            self.states[name] = body
            return 200, b""
        self.states.pop(name, None)
        return 200, b""


def _id(lock: bytes) -> str:
    return str(json.loads(lock)["ID"])


@contextlib.contextmanager
def stand_in() -> Iterator[States]:
    """A running server on loopback."""
    service = States()
    wanted = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urllib.parse.urlsplit(self.path)
            with guard:
                service.asked.append(f"{self.command} {parts.path}")
                faults = service.faults.get(self.command)
                if self.headers.get("Authorization") != wanted:
                    status, content = 401, b""
                elif faults:
                    status, content = faults.pop(0), b""
                else:
                    id_ = dict(urllib.parse.parse_qsl(parts.query)).get("ID", "")
                    status, content = service.answer(self.command, parts.path, id_, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Last-Modified", formatdate(1_795_000_000, usegmt=True))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_LOCK = do_UNLOCK = _serve

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
