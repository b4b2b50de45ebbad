"""The paths of the local AWS itself, below /_local: who it is, faults, counts of calls, older buckets."""

from __future__ import annotations

import json
import os
from typing import Any

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from s3vectors_local import faults
from s3vectors_local.calls import body_of
from s3vectors_local.gateway import Gateway

PREFIX = "/_local"
_MOST_BYTES = 1024 * 1024  # of a request's body


def control(http: HttpRequest, gateway: Gateway, account: str) -> Response:
    """Serve `GET /_local`, `/_local/faults`, `/_local/requests` and `/_local/older-vector-buckets`."""
    match http.method, http.path.removeprefix(PREFIX):
        case "GET", "" | "/":
            return _json(200, {"account": account, "pid": os.getpid()})
        case "GET", "/faults":
            return _json(200, gateway.faults.to_json())
        case "POST", "/faults":
            return _set_faults(http, gateway)
        case "DELETE", "/faults":
            gateway.faults.clear()
            return _json(200, [])
        case "POST", "/older-vector-buckets":
            return _set_older(http, gateway)
        case "GET", "/requests":
            return _json(200, gateway.counts())
        case "DELETE", "/requests":
            gateway.forget_counts()
            return _json(200, {})
        case _:
            return error(404, f"{http.method} {http.path}: there is no such control")


def error(status: int, message: str) -> Response:
    """What the local AWS itself has to say, in JSON, whatever service was meant."""
    return _json(status, {"message": message})


def _set_faults(http: HttpRequest, gateway: Gateway) -> Response:
    body = body_of(http, _MOST_BYTES)
    if body is None:
        return error(413, f"faults take at most {_MOST_BYTES} bytes")
    try:
        wanted = faults.parse(json.loads(body))
    except RecursionError:
        return error(400, "the faults nest too deeply")
    except (ValueError, TypeError) as problem:
        return error(400, str(problem))
    gateway.faults.add(wanted)
    return _json(200, gateway.faults.to_json())


def _set_older(http: HttpRequest, gateway: Gateway) -> Response:
    """Names of vector buckets that, when they are created, count as created on 2026-09-29."""
    body = body_of(http, _MOST_BYTES)
    try:
        names = json.loads(body or b"")
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return error(400, "a list of names of vector buckets is expected")
    gateway.stores.older = frozenset(names)
    return _json(200, names)


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
