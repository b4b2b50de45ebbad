"""The paths of the local AWS itself, below /_vectorform: who it is, faults, and counts of calls."""

from __future__ import annotations

import json
import os
from typing import Any

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from s3vectors_local import faults
from s3vectors_local.gateway import Gateway

PREFIX = "/_vectorform"


def control(http: HttpRequest, gateway: Gateway, account: str) -> Response:
    """Serve `GET /_vectorform`, `/_vectorform/faults` and `/_vectorform/requests`.

    A browser sends `Origin` with every request that a page of another site makes; none is served.
    """
    if "Origin" in http.headers:
        return _json(403, {"message": "web pages may not control the local AWS"})
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
        case "GET", "/requests":
            return _json(200, gateway.counts())
        case "DELETE", "/requests":
            gateway.forget_counts()
            return _json(200, {})
    return _json(404, {"message": f"{http.method} {http.path}: there is no such control"})


def _set_faults(http: HttpRequest, gateway: Gateway) -> Response:
    try:
        wanted = faults.parse(json.loads(http.get_data()))
    except (ValueError, TypeError) as problem:
        return _json(400, {"message": str(problem)})
    gateway.faults.add(wanted)
    return _json(200, gateway.faults.to_json())


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
