"""The WSGI application: names the call, lets faults strike, authenticates, and hands it to its service."""

from __future__ import annotations

import collections
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from s3vectors_local.answers import error_response, json_response
from s3vectors_local.calls import Call, call_of
from s3vectors_local.faults import Fault, Faults
from s3vectors_local.moto_services import Moto
from s3vectors_local.other_services import OtherServices
from s3vectors_local.s3vectors import wire
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.errors import (
    AccessDenied,
    ClockSkewed,
    ExpiredToken,
    Failed,
    NotBuilt,
    RequestTimeout,
    ServiceError,
    Throttled,
    TooLarge,
    Unavailable,
    ValidationError,
)
from s3vectors_local.s3vectors.request import Request
from s3vectors_local.s3vectors.service import HANDLERS, serve
from s3vectors_local.s3vectors.store import Stores
from s3vectors_local.surroundings import surrounded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from s3vectors_local.bedrock.service import Bedrock
    from s3vectors_local.bedrock.store import Journal

_SKEW = timedelta(hours=1)
_TOLERANCE = timedelta(minutes=5)
_TOLERANCE_OF_S3 = timedelta(minutes=15)


class ConnectionDropped(ConnectionError):
    """Ends a request without an answer; the HTTP server closes the connection."""


class Gateway:
    """One local AWS. `moto_changed` is called after every call that may have changed moto's state.

    `journal` keeps what Bedrock remembers.
    """

    def __init__(
        self,
        moto: Moto,
        stores: Stores,
        moto_changed: Callable[[], None] = lambda: None,
        journal: Journal | None = None,
    ) -> None:
        self.faults = Faults()
        self._moto = moto
        self.stores = stores
        self._others = OtherServices(moto, moto_changed)
        self._keys = Keys(moto.kms_key)
        self._journal = journal
        self._bedrock_lock = threading.Lock()
        self._bedrock_once: Bedrock | None = None
        self._count_lock = threading.Lock()
        self._counts: collections.Counter[str] = collections.Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request of any service. Raises ConnectionDropped where a fault wants that."""
        call = call_of(HttpRequest(environ))
        with self._count_lock:
            self._counts[f"{call.service}:{call.operation}"] += 1
        struck = self.faults.strike(call.service, call.operation, call.region)
        clock = datetime.now(UTC)
        if any(fault.kind == "skew" for fault in struck):
            clock += _SKEW
        try:
            _strike_before(struck, call, clock)
            response = self._serve(call)
        except ServiceError as error:
            response = error_response(call, error)
        except ConnectionDropped:
            raise
        except Exception as problem:  # a bug, here or in moto: answer like AWS, tell the log
            traceback.print_exc(file=sys.stderr)
            response = error_response(
                call, Failed(f"The local AWS failed: {type(problem).__name__}: {problem}")
            )
        if any(fault.kind == "drop-after" for fault in struck):
            raise ConnectionDropped
        response.date = clock
        if any(fault.kind == "drop-midway" for fault in struck):
            return _cut(response, environ, start_response)
        return response(environ, start_response)

    def counts(self) -> dict[str, int]:
        """How many calls came in, by `service:Operation`."""
        with self._count_lock:
            return dict(self._counts)

    def forget_counts(self) -> None:
        """Count from zero."""
        with self._count_lock:
            self._counts.clear()

    def _serve(self, call: Call) -> Response:
        if call.body is None:
            raise _too_large(call)
        call.check_signed()
        caller = None
        if call.access_key is not None:
            caller = self._moto.caller(call.access_key, call.token, call.region)
            caller = surrounded(caller, call.http.headers)
        if call.service == "bedrock" and caller is not None:
            answer = self._bedrock().serve(call, call.body, caller)
            if answer is not None:
                return answer
        if call.service != "s3vectors":
            return self._others.serve(call, call.body, caller)
        if call.operation not in HANDLERS:
            raise NotBuilt(f"s3vectors:{call.operation} is not built in the local AWS")
        assert caller is not None, "S3 Vectors has no call that need not be signed"
        tag_keys = call.http.args.getlist("tagKeys")
        given = wire.read(call.operation, call.http.path, tag_keys, call.body)
        request = Request(call.operation, given, caller, call.region, self.stores, self._keys)
        return json_response(serve(request))

    def _bedrock(self) -> Bedrock:
        """Bedrock, loaded when it is first needed, as moto is."""
        with self._bedrock_lock:
            if self._bedrock_once is None:
                self._moto.load_all()
                from s3vectors_local.bedrock.service import Bedrock
                from s3vectors_local.bedrock.store import Store

                store = Store(self._journal)
                self._bedrock_once = Bedrock(self._moto, self.stores, self._keys, store)
            return self._bedrock_once


def _too_large(call: Call) -> ServiceError:
    if call.service == "s3vectors":
        return ValidationError("Request body exceeds max allowed size")
    return TooLarge("The request body is larger than what the service accepts")


def _cut(response: Response, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The head and the first half of an answer. Raises ConnectionDropped where the other half would come."""
    body = b"".join(response(environ, start_response))

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionDropped

    return half()


def _strike_before(struck: list[Fault], call: Call, clock: datetime) -> None:
    """Let those faults strike that come before the service does anything; `clock` is the service's."""
    for fault in struck:
        match fault.kind:
            case "latency":
                time.sleep(fault.milliseconds / 1000)
            case "drop":
                raise ConnectionDropped
            case "throttle":
                raise Throttled("Too Many Requests")
            case "server-error":
                raise Failed("Internal Server Error")
            case "unavailable":
                raise Unavailable("Service Unavailable")
            case "request-timeout":
                raise RequestTimeout("Request Timeout")
            case "deny":
                raise AccessDenied("Access Denied")
            case "expire":
                raise ExpiredToken("The security token included in the request is expired")
            case "skew":
                _check_moment(call, clock)
            case "drop-after" | "drop-midway":
                pass  # they strike once it is done


def _check_moment(call: Call, clock: datetime) -> None:
    """Raises ClockSkewed unless the request was signed within five minutes of the service's clock.

    S3 takes fifteen. Source: IAM User Guide, "Troubleshoot signed requests for AWS APIs"; S3 API reference,
    "Error responses".
    """
    signed = call.http.headers.get("X-Amz-Date", "")
    try:
        moment = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    if call.service == "s3":
        if abs(moment - clock) <= _TOLERANCE_OF_S3:
            return
        raise ClockSkewed("The difference between the request time and the current time is too large.")
    if abs(moment - clock) <= _TOLERANCE:
        return
    word, bound, sign = "expired", clock - _TOLERANCE, "-"
    relation = "now earlier"
    if moment > clock:
        word, bound, sign, relation = "not yet current", clock + _TOLERANCE, "+", "still later"
    raise ClockSkewed(
        f"Signature {word}: {signed} is {relation} than {bound:%Y%m%dT%H%M%SZ} "
        f"({clock:%Y%m%dT%H%M%SZ} {sign} 5 min.)"
    )
