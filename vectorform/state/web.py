"""What every HTTP client of a state needs: answers read to a bound, redirects that leak nothing, reasons.

Credentials go to the origin that was asked, and nowhere that a redirect leads to.
"""

from __future__ import annotations

import functools
import http.client
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Final

OVERLOADED: Final = "the service is overloaded or down: run it again later"
NETWORK: Final = "the network and SSL_CERT_FILE; then run it again"
SECONDS = 20.0  # for one answer
_LARGEST = 64 * 1024 * 1024  # bytes of one answer; a state is far smaller
_LONGEST = 120.0  # seconds for all of an answer; one that drips would never end


class Unreachable(Exception):
    """What was asked is not known: no answer, or none of this API. The message says what came instead."""


class Refused(Exception):
    """The service answered with something else than what was asked for. `status` is its HTTP status."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(f"{what}: HTTP {status}")
        self.status = status


class CutOff(Exception):
    """An answer that did not come whole; the next one may."""


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follow to https, or within the origin. Credentials are sent again within the origin, and only there."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request that follows, or None: the redirect is the answer."""
        within = origin(newurl) == origin(req.full_url)
        if urllib.parse.urlsplit(newurl).scheme != "https" and not within:
            return None
        further = super().redirect_request(req, fp, code, msg, headers, newurl)
        credentials = req.unredirected_hdrs.get("Authorization")
        if further is not None and credentials and within:
            further.add_unredirected_header("Authorization", credentials)
        return further


def opener(certificates: str | None = None) -> urllib.request.OpenerDirector:
    """It trusts what the system trusts (SSL_CERT_FILE), or `certificates`, in PEM, alone."""
    paths = ssl.get_default_verify_paths()
    context = _context(certificates or None, os.environ.get(paths.openssl_cafile_env, ""))
    return urllib.request.build_opener(Redirects, urllib.request.HTTPSHandler(context=context))


@functools.lru_cache(maxsize=8)
def _context(certificates: str | None, _cafile: str) -> ssl.SSLContext:
    """Reading what the system trusts takes 50 ms, and a check asks dozens of addresses."""
    return ssl.create_default_context(cadata=certificates)


def body_of(response: http.client.HTTPResponse) -> bytes:
    """All of an answer. Raises HTTPException, OSError."""
    body = bytearray()
    deadline = time.monotonic() + _LONGEST
    while piece := response.read1(1 << 16):
        body += piece
        if len(body) > _LARGEST:
            raise OSError(f"an answer of more than {_LARGEST >> 20} MB")
        if time.monotonic() > deadline:
            raise OSError(f"no whole answer in {_LONGEST:.0f} s")
    if response.length:  # so many bytes are missing
        raise http.client.IncompleteRead(bytes(body), response.length)
    return bytes(body)


def origin(url: str) -> tuple[str, str]:
    """Scheme and host of an address, comparable."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc.removesuffix(":443").lower()


def netloc(url: str) -> str:
    """The host of an address, and its port; not who asks there."""
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2]


def reason_of(error: OSError, seconds: float = SECONDS) -> str:
    """Why there was no answer, in a few words."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return f"no answer in {seconds:.0f} s"
    if isinstance(reason, OSError):
        return reason.strerror or str(reason) or type(reason).__name__
    return str(reason)
