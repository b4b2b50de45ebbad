"""The stand-in behind HTTPS, with its faults."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.state.hcp import answers
from tests.state.hcp.service import StandIn
from tests.state.tls import https

_OPEN_TO_ALL = ("/.well-known", "/upload", "/log", "/archive")


@contextlib.contextmanager
def stand_in(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[StandIn, Path]]:
    """A running stand-in, and the certificate to trust it by (SSL_CERT_FILE)."""
    folder.mkdir()
    service = StandIn(folder, dict(environ))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = service.fault(self.command, self.path)
            if isinstance(fault, bytes):
                self.wfile.write(fault)
                self.close_connection = True
            elif fault is not None:
                self._answer(*answers.error(fault, "fault"))
            else:
                self._answer(*self._truth(body))

        def _truth(self, body: bytes) -> answers.Answer:
            header = self.headers.get("Authorization")
            token = (header or "").removeprefix("Bearer ")
            if self.path.startswith("/archive"):
                service.archive_tokens.append(header)
            if self.path.startswith(_OPEN_TO_ALL):
                return service.answer(self.command, self.path, body)
            if token not in service.permissions:
                return answers.error(401, "unauthorized")
            return service.answer(self.command, self.path, body, token)

        def _answer(self, status: int, document: Any) -> None:
            content = b"" if status == 307 else document
            content = content if isinstance(content, bytes) else json.dumps(content).encode()
            json_api = self.path.startswith("/api")
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.api+json" if json_api else "application/json")
            self.send_header("TFP-API-Version", answers.API_VERSION)
            self.send_header("TFP-AppName", "HCP Terraform")
            if status == 307:
                self.send_header("Location", document)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            pass

    with https(Handler, folder) as host:
        service.address = f"https://{host}"
        try:
            yield service, folder / "certificate.pem"
        finally:
            for run in service.runs.values():
                run.wait()
