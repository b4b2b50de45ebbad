"""What an HTTP request to AWS is: the signer, the service, the operation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as HttpRequest

from s3vectors_local import eks_requests
from s3vectors_local.s3vectors import wire
from s3vectors_local.s3vectors.errors import MissingAuthenticationToken, NotBuilt, WrongScope

# Version 4A has no region, for it is for several.
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/(?:([a-z0-9-]+)/)?([A-Za-z0-9-]+)/aws4_request")
_ELSEWHERE = "us-east-1"  # of a request that names no region
_RPC = re.compile(r"/service/(\w+)/operation/(\w+)")  # Smithy RPC v2 CBOR
# IAM Identity Center, which is called with a token of its own, or to get one.
_SSO = {
    "/assignment/accounts": "sso",
    "/assignment/roles": "sso",
    "/client/register": "sso-oauth",
    "/device_authorization": "sso-oauth",
    "/federation/credentials": "sso",
    "/logout": "sso",
    "/token": "sso-oauth",
}
_MOST_BYTES = 128 * 1024 * 1024  # of a body of other services: a state of Terraform in S3 is the largest
_FORM = "application/x-www-form-urlencoded"
# What nobody has to sign: it is how a caller without AWS credentials gets some.
_OPEN = frozenset({"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})


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

        S3 alone has requests that anybody may make: to what is public. Raises NotBuilt for other credentials.
        """
        if self.signed_for != self.service:
            raise WrongScope(f"Credential should be scoped to correct service: '{self.service}'. ")
        if self.access_key is not None or self.service == "s3" or self.operation in _OPEN:
            return
        if credentials := self._other_credentials():
            lacking = f"{credentials} are not understood"
            raise NotBuilt(f"{self.service}:{self.operation} is not built in the local AWS ({lacking})")
        raise MissingAuthenticationToken("Missing Authentication Token")

    def _other_credentials(self) -> str | None:
        """What authorizes the request in the place of Signature Version 4, or None."""
        if self.service in _SSO.values():
            return "tokens of IAM Identity Center"
        if _bears_a_token(self.http):
            return "bearer tokens"
        if self.query_protocol and b"AWSAccessKeyId=" in (self.body or b"") + self.http.query_string:
            return "signatures of version 2"
        return None


def call_of(http: HttpRequest) -> Call:
    """Read all of a request, and who signed it for which service and region (Signature Version 4)."""
    presigned = http.args.get("X-Amz-Credential")
    text = f"Credential={presigned}" if presigned else http.headers.get("Authorization", "")
    found = _CREDENTIAL.search(text)
    access_key, region, service = found.groups() if found else (None, None, _unsigned_service(http))
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
    return Call(http, body, service, operation, region or _ELSEWHERE, access_key, token, signed_for)


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
    if rpc := _rpc(http):
        return rpc[2]
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
    if rpc := _rpc(http):
        return rpc[1].lower()
    if _is_form(http) or "Action" in http.args:
        return "sts"
    if http.path in _SSO:
        return _SSO[http.path]
    # S3 has no such requests, whose service nothing else names.
    json_posted = http.method == "POST" and (http.content_type or "").startswith("application/json")
    return "unsigned" if json_posted or _bears_a_token(http) else "s3"


def _rpc(http: HttpRequest) -> re.Match[str] | None:
    """Service and operation of a call of Smithy RPC v2."""
    return _RPC.fullmatch(http.path) if "Smithy-Protocol" in http.headers else None


def _bears_a_token(http: HttpRequest) -> bool:
    return http.headers.get("Authorization", "").startswith("Bearer ")


def _is_form(http: HttpRequest) -> bool:
    """Of S3 an object may have that type, too, but nobody posts it."""
    return http.method == "POST" and (http.content_type or "").startswith(_FORM)
