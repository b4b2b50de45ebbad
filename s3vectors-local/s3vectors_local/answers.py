"""Answers in the protocol of the service that is called, errors above all."""

from __future__ import annotations

import json
import uuid
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from s3vectors_local.calls import Call
from s3vectors_local.s3vectors import wire
from s3vectors_local.s3vectors.errors import ServiceError

_CBOR = "rpc-v2-cbor"
_REST_XML = ("cloudfront", "route53")  # besides S3; their errors look like those of the query protocol
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


def json_response(body: Any) -> Response:
    """The answer of a rest-json service."""
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    return Response(json.dumps(body), 200, headers, content_type="application/json")


def error_response(call: Call, error: ServiceError) -> Response:
    """An error as the protocol of the service wants it: JSON, or one of the two shapes of XML."""
    request_id = str(uuid.uuid4())
    target, query = call.http.headers.get("X-Amz-Target"), call.query_protocol or call.service in _REST_XML
    codes = {} if target or not query else _QUERY_CODES
    codes = {"s3": _S3_CODES, "bedrock": _BEDROCK_CODES}.get(call.service, codes)
    code = codes.get(error.code, error.code)
    described = f"<Code>{escape(code)}</Code><Message>{escape(error.message)}</Message>"
    if call.http.headers.get("Smithy-Protocol") == _CBOR:
        return _cbor_response(error, request_id)
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


def _cbor_response(error: ServiceError, request_id: str) -> Response:
    """An error of the protocol Smithy RPC v2 CBOR: a map of two texts (RFC 8949, section 3)."""
    texts = ("__type", error.code, "message", error.message)
    body = b"\xa2" + b"".join(b"\x7a" + len(text.encode()).to_bytes(4) + text.encode() for text in texts)
    headers = {"x-amzn-RequestId": request_id, "Smithy-Protocol": _CBOR}
    return Response(body, error.status, headers, content_type="application/cbor")
