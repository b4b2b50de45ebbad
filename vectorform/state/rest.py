"""A state behind an address, as Terraform's HTTP backend asks for it, with a lock by methods of its own.

Terraform documentation, "Backend Type: http", and its internal/backend/remote-state/http: which status means
what, and that a state that is not there yet is 404, 204 or an empty answer. The password is never in a file:
TF_HTTP_PASSWORD has it, as for Terraform.
"""

from __future__ import annotations

import base64
import email.utils
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vectorform.state.web import SECONDS, CutOff, Refused, Unreachable, body_of, netloc, opener, reason_of

USERNAME, PASSWORD, CERTIFICATES = (
    "TF_HTTP_USERNAME",
    "TF_HTTP_PASSWORD",
    "TF_HTTP_CLIENT_CA_CERTIFICATE_PEM",
)
# Seconds before the tries after the first, of a GET.
PAUSES = (0.5, 1.0)
_LARGEST_REFUSAL = 1 << 20  # bytes
_NONE = (204, 404)
_LOCKED = (409, 423)


@dataclass(frozen=True, slots=True)
class Stored:
    """A state as it is stored; `text` is empty where there is none. `written` where the server says when."""

    text: bytes
    written: datetime | None = None


class Place:
    """Where the state of one stack is. `settings` are those of its backend."""

    def __init__(
        self, settings: Mapping[str, Any], seconds: float = SECONDS, pauses: tuple[float, ...] = PAUSES
    ) -> None:
        self.address = str(settings["address"])
        self._settings = settings
        self._seconds = seconds
        self._pauses = pauses
        username = settings.get("username") or os.environ.get(USERNAME, "")
        password = os.environ.get(PASSWORD, "")
        pair = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._authorization = f"Basic {pair}" if username else ""

    @property
    def locks(self) -> bool:
        """Whether Terraform takes a lock here."""
        return bool(self._settings.get("lock_address"))

    def get(self) -> Stored:
        """The state. Raises Refused, Unreachable."""
        status, body, headers = self._patiently("GET", self.address)
        if status in _NONE:
            return Stored(b"")
        if status != 200:
            raise Refused(f"GET {self.address}", status)
        return Stored(body, _moment(headers.get("Last-Modified")))

    def lock(self, description: bytes) -> bytes | None:
        """Take the lock. None: it is ours; else who has it. Raises Refused, Unreachable."""
        method, address = self._settings.get("lock_method") or "LOCK", self._settings["lock_address"]
        status, body, _ = self._once(method, address, description)
        if status in _LOCKED:
            return body
        if status != 200:
            raise Refused(f"{method} {address}", status)
        return None

    def unlock(self, description: bytes) -> None:
        """Give the lock back. Raises Refused, Unreachable."""
        method, address = self._settings.get("unlock_method") or "UNLOCK", self._settings["unlock_address"]
        status, _, _ = self._once(method, address, description)
        if status != 200:
            raise Refused(f"{method} {address}", status)

    def _patiently(self, method: str, address: str) -> tuple[int, bytes, Any]:
        for pause in (*self._pauses, None):
            try:
                status, body, headers = self._once(method, address)
            except (CutOff, Unreachable):
                if pause is None:
                    raise
            else:
                if status < 500 or pause is None:
                    return status, body, headers
            time.sleep(pause)
        raise AssertionError("the last pause is None")

    def _once(self, method: str, address: str, body: bytes | None = None) -> tuple[int, bytes, Any]:
        """Status, body and headers of one answer. Raises Unreachable."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        where = netloc(address)
        try:
            request = urllib.request.Request(address, body, headers, method=method)
            if self._authorization:
                request.add_unredirected_header("Authorization", self._authorization)
            try:
                with opener(os.environ.get(CERTIFICATES)).open(request, timeout=self._seconds) as response:
                    return response.status, body_of(response), response.headers
            except urllib.error.HTTPError as refused:  # the body tells who holds a lock
                with refused:
                    return refused.code, refused.read(_LARGEST_REFUSAL), refused.headers
        except http.client.HTTPException as error:
            raise Unreachable(f"{where}: the answer was cut off ({type(error).__name__})") from None
        except OSError as error:
            raise Unreachable(f"{where}: {reason_of(error, self._seconds)}") from None
        except (ValueError, OverflowError):  # a port beyond 65535
            raise Unreachable(f"{where}: the address cannot be reached") from None


def _moment(header: str | None) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(header).astimezone(UTC) if header else None
    except ValueError:
        return None
