"""One call to AWS and the three ways it can end: an answer, "there is none", or "could not be checked".

Only the service's own "not found" error means that something is missing. Whatever else goes wrong
(throttled, denied, expired, unreachable, not understood) says nothing about the resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar

Answer = TypeVar("Answer")

# How far a failure reaches: this resource; the service, which is unwell but answers; the service, which
# does not answer; everything that these credentials and this network could look at.
Scope = Literal["this", "unwell", "silent", "everywhere"]

_NOT_FOUND = {"NotFoundException", "NoSuchEntity", "NoSuchEntityException"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
# Signed too long ago, or in the future (IAM User Guide, "Troubleshoot Signature Version 4").
_CLOCK_CODES = {"RequestTimeTooSkewed", "RequestInTheFuture"}
_CLOCK_MESSAGES = ("Signature expired:", "Signature not yet current:")
_THROTTLED = {"TooManyRequestsException", "Throttling", "ThrottlingException", "RequestLimitExceeded"}
# IAM User Guide, "Policy evaluation logic": an explicit deny outweighs every allow.
_LOCKED_OUT = (
    "a Deny in its own policy refuses it, and no Allow overrides that: a principal that the Deny exempts "
    "can remove it (aws s3vectors "
    "put-vector-bucket-policy, delete-vector-bucket-policy); it is unknown whether the account's root user "
    "can"
)


class Missing(Exception):
    """The service says that there is no such thing."""


class Unreadable(Exception):
    """It could not be checked. `reason` is one line; `fix` what to do; `scope` how far it reaches."""

    def __init__(self, reason: str, fix: str, scope: Scope = "this") -> None:
        super().__init__(reason)
        self.reason, self.fix, self.scope = reason, fix, scope


def read(call: Callable[..., Answer], **parameters: Any) -> Answer:
    """The answer to a call. Raises Missing or Unreadable for whatever keeps it from being one."""
    from botocore.exceptions import BotoCoreError, ClientError

    from vectorform.verifier.aws import ForbiddenOperation

    try:
        return call(**parameters)
    except ClientError as error:
        raise _from_service(error.response, error.operation_name) from error
    except BotoCoreError as error:
        raise _from_client(error) from error
    except ForbiddenOperation:
        raise
    except Exception as error:
        # botocore's parsers raise ResponseParserError, and TypeError and others, on what they do not expect.
        raise _nonsense(f"{type(error).__name__}: {_line(error)}") from error


def pages(call: Callable[..., Any], **parameters: Any) -> Iterator[Any]:
    """The pages of a listing. Raises Missing or Unreadable, also where the listing would never end."""
    seen: set[str] = set()
    token: dict[str, str] = {}
    while True:
        page = read(call, **parameters, **token)
        yield page
        following = page.get("nextToken")
        if not following:
            return
        if following in seen:
            raise _nonsense("a `nextToken` that it returned before, so the listing never ends")
        seen.add(following)
        token = {"nextToken": following}


def member(answer: Any, name: str) -> Any:
    """A member that the service's model says is always there. Raises Unreadable if it is not."""
    try:
        return answer[name]
    except (KeyError, TypeError):
        raise _nonsense(f"no `{name}` in it") from None


def _from_service(response: Any, operation: str) -> Missing | Unreadable:
    error = response.get("Error", {})
    code, message = str(error.get("Code", "")), str(error.get("Message", "")) or "no message"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NOT_FOUND:
        return Missing(message)
    said = f"{operation}: {code}: {message}"
    if code in _CLOCK_CODES or message.startswith(_CLOCK_MESSAGES):
        return Unreadable(said, "set the clock of this machine, then run it again", "everywhere")
    if code in _CREDENTIALS:
        return Unreadable(said, "renew the AWS credentials, then run it again", "everywhere")
    if "explicit deny in a resource-based policy" in message:
        return Unreadable(said, _LOCKED_OUT)
    if code in _DENIED or status == 403:
        return Unreadable(said, f"allow the caller {operation} on it, then run it again")
    if code in _THROTTLED or status == 429:
        return Unreadable(f"{said} (after retries)", "run it again when fewer clients call AWS", "unwell")
    return Unreadable(said, "run it again; if the error stays, see the AWS Health Dashboard", "unwell")


def _from_client(error: Exception) -> Unreadable:
    from botocore import exceptions

    from vectorform.sessions import Unusable

    if isinstance(error, Unusable):
        return Unreadable(error.reason, error.fix, "everywhere")
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        fix = "give this shell AWS credentials (AWS_PROFILE, `aws sso login`), then run it again"
        return Unreadable(_line(error), fix, "everywhere")
    if isinstance(error, exceptions.EndpointConnectionError | exceptions.ConnectTimeoutError):
        fix = "check the network and the region's name, then run it again"
        return Unreadable(_line(error), fix, "everywhere")
    if isinstance(error, exceptions.HTTPClientError):
        return Unreadable(_line(error), "check the network, then run it again", "silent")
    return Unreadable(_line(error), "check the AWS configuration of this shell", "everywhere")


def _nonsense(what: str) -> Unreadable:
    return Unreadable(f"not an answer of the service: {what}", "check AWS_ENDPOINT_URL and proxies", "unwell")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
