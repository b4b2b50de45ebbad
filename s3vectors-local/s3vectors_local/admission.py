"""Which requests are served at all: those of programs of this machine, not those of web pages.

A page of any site may send requests to loopback, and with a name of its own that it lets resolve to
127.0.0.1 (DNS rebinding) even read the answers. Browsers then send `Origin` or `Sec-Fetch-Site` (Fetch
standard, "Origin header"; W3C, "Fetch Metadata Request Headers"), or the page's name as `Host`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

_PAGE = "web pages have no access to the local AWS"


def refusal(environ: Mapping[str, object]) -> str | None:
    """Why a request is not served, whatever its path; None if it is. `environ` is WSGI's (PEP 3333)."""
    if "HTTP_ORIGIN" in environ:
        return _PAGE
    if environ.get("HTTP_SEC_FETCH_SITE", "none") != "none":  # `none`: a person typed the address
        return _PAGE
    host = str(environ.get("HTTP_HOST", ""))
    if not _is_here(host):
        return f"the local AWS is 127.0.0.1 or localhost, not {host!r}"
    return None


def _is_here(host: str) -> bool:
    """Whether a Host header names loopback; `bucket.localhost` is S3's way to name a bucket."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
