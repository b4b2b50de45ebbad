"""What an HTTP request to AWS is: the signer, the service, the operation; and errors in its protocol."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from s3vectors_local import eks_requests
from s3vectors_local.s3vectors import wire
from s3vectors_local.s3vectors.errors import MissingAuthenticationToken, ServiceError, WrongScope

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_MOST_BYTES = 128 * 1024 * 1024  # of a body of other services: a state of Terraform in S3 is the largest
_FORM = "application/x-www-form-urlencoded"
# What nobody has to sign: it is how a caller without AWS credentials gets some.
_OPEN = frozenset({"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
# What S3 calls them.
_S3_CODES = {
    "ExpiredTokenException": "ExpiredToken",
    "InvalidSignatureException": "RequestTimeTooSkewed",
    "RequestTimeoutException": "RequestTimeout",
    "ServiceUnavailableException": "ServiceUnavailable",
}
# What Bedrock calls them.
_BEDROCK_CODES = {"TooManyRequestsException": "ThrottlingException"}
# What the query protocol of IAM and STS calls the same errors.
_QUERY_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredIdentityToken": "ExpiredTokenException",
    "ExpiredTokenException": "ExpiredToken",
    "InternalServerException": "ServiceFailure",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "RequestTimeoutException": "RequestTimeout",
    "ServiceUnavailableException": "ServiceUnavailable",
    "TooManyRequestsException": "Throttling",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ValidationException": "ValidationError",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a service. `access_key` is None when it is not signed; signatures are not checked.

    `body` is None when it is larger than what is read into memory.
    """

    http: HttpRequest
    body: bytes | None
    service: str
    operation: str
    region: str
    access_key: str | None
    token: str | None
    signed_for: str

    @property
    def query_protocol(self) -> bool:
        """Whether it is a form with an Action, as IAM, STS, CloudFormation and others have it."""
        return _is_form(self.http) or "Action" in self.http.args

    def check_signed(self) -> None:
        """Raises MissingAuthenticationToken, or WrongScope for a signature that is for another service.

        S3 alone has requests that anybody may make: to what is public.
        """
        if self.signed_for != self.service:
            raise WrongScope(f"Credential should be scoped to correct service: '{self.service}'. ")
        if self.access_key is None and self.service != "s3" and self.operation not in _OPEN:
            raise MissingAuthenticationToken("Missing Authentication Token")


def call_of(http: HttpRequest) -> Call:
    """Read all of a request, and who signed it for which service and region (Signature Version 4)."""
    presigned = http.args.get("X-Amz-Credential")
    text = f"Credential={presigned}" if presigned else http.headers.get("Authorization", "")
    found = _CREDENTIAL.search(text)
    access_key, region, service = found.groups() if found else (None, "us-east-1", _unsigned_service(http))
    signed_for = service
    if (
        service != "s3vectors"
        and not http.headers.get("X-Amz-Target")
        and wire.is_operation(http.method, http.path)
    ):
        service = "s3vectors"  # whatever it was signed for: no other service has such a path
    token = http.headers.get("X-Amz-Security-Token") or http.args.get("X-Amz-Security-Token")
    body = body_of(http, wire.MOST_BYTES if service == "s3vectors" else _MOST_BYTES)
    operation = _operation(http, service, body or b"")
    return Call(http, body, service, operation, region, access_key, token, signed_for)


def body_of(http: HttpRequest, most: int) -> bytes | None:
    """All of a request's body, or None when it has more bytes than `most`: the rest stays unread.

    What is read is read at once: the server cannot close a connection that still has a body to read. The rest
    werkzeug throws away, piece by piece, after the answer.
    """
    http.max_content_length = most + 1  # of a body without a length werkzeug would keep the beginning
    try:
        body = http.get_data()
    except RequestEntityTooLarge:
        return None
    return body if len(body) <= most else None


def _operation(http: HttpRequest, service: str, body: bytes) -> str:
    """Named in the path, in a header or in the form; or else the method and the path stand for it."""
    if service == "s3vectors":
        return wire.operation_of(http.method, http.path)
    target = http.headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    if service in ("eks", "eks-auth"):
        about_pods = eks_requests.route(http.method, http.path)
        return about_pods[0] if about_pods else f"{http.method} {http.path}"
    if service == "bedrock":
        from s3vectors_local.bedrock.routes import route

        found = route(http.method, http.path)
        return found.operation if found else f"{http.method} {http.path}"
    form = parse_qs(body.decode("utf-8", "replace")) if _is_form(http) else {}
    named = form.get("Action") or http.args.getlist("Action")
    return named[0] if named else f"{http.method} {http.path}"


def _unsigned_service(http: HttpRequest) -> str:
    if wire.looks_like_operation(http.method, http.path):
        return "s3vectors"
    target = http.headers.get("X-Amz-Target")
    if target:
        return "kms" if target.startswith("TrentService.") else target.partition("_")[0].lower()
    return "sts" if _is_form(http) or "Action" in http.args else "s3"


def _is_form(http: HttpRequest) -> bool:
    return (http.content_type or "").startswith(_FORM)


def json_response(body: Any) -> Response:
    """The answer of a rest-json service."""
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    return Response(json.dumps(body), 200, headers, content_type="application/json")


def error_response(call: Call, error: ServiceError) -> Response:
    """An error as the protocol of the service wants it: JSON, or one of the two shapes of XML."""
    request_id = str(uuid.uuid4())
    target, query = call.http.headers.get("X-Amz-Target"), call.query_protocol
    codes = {} if target or not query else _QUERY_CODES
    codes = {"s3": _S3_CODES, "bedrock": _BEDROCK_CODES}.get(call.service, codes)
    code = codes.get(error.code, error.code)
    described = f"<Code>{escape(code)}</Code><Message>{escape(error.message)}</Message>"
    if call.service == "s3vectors":
        body, kind = json.dumps(wire.error_body(error)), "application/json"
    elif target:
        body = json.dumps({"__type": code, "message": error.message})
        kind = call.http.content_type or "application/x-amz-json-1.1"
    elif call.service == "s3":
        body = f"<Error>{described}<RequestId>{request_id}</RequestId></Error>"
        kind = "application/xml"
    elif query:
        inner = f"<Error><Type>Sender</Type>{described}</Error><RequestId>{request_id}</RequestId>"
        body, kind = f"<ErrorResponse>{inner}</ErrorResponse>", "text/xml"
    else:
        body, kind = json.dumps(wire.error_body(error)), "application/json"
    headers = {"x-amzn-RequestId": request_id, "X-Amzn-Errortype": code}
    return Response(body, error.status, headers, content_type=kind)
