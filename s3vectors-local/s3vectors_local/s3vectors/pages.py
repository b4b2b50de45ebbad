"""Pages of a listing: opaque tokens that hold where the next page starts.

A token also carries a digest of the request that it belongs to, so that it cannot be used for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from s3vectors_local.s3vectors.errors import ValidationError
from s3vectors_local.s3vectors.request import Request

# Members that may differ from page to page.
_FREE = frozenset({"nextToken", "maxResults", "returnData", "returnMetadata", "returnDistance"})


def token(request: Request, position: Any) -> str:
    """The token of the page that starts after `position` (any JSON value, short)."""
    text = json.dumps([_digest(request, position), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def position(request: Request) -> Any:
    """Where the requested page starts, or None for the first. Raises ValidationError for a foreign token."""
    given = request.input.get("nextToken")
    if given is None:
        return None
    try:
        digest, start = json.loads(base64.b64decode(given, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        digest, start = None, None
    if digest != _digest(request, start):
        raise ValidationError.at("nextToken", "Invalid nextToken")
    return start


def _digest(request: Request, position: Any) -> str:
    asked = {name: value for name, value in request.input.items() if name not in _FREE}
    belongs_to = [request.operation, request.caller.account, request.region, asked, position]
    return hashlib.sha256(json.dumps(belongs_to, sort_keys=True).encode()).hexdigest()[:16]
