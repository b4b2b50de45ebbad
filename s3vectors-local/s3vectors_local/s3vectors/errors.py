"""The errors of S3 Vectors: code, HTTP status, message. Statuses: service model, shapes `*Exception`."""

from __future__ import annotations

from dataclasses import dataclass

INVALID_TOKEN = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a ValidationException's `fieldList`."""

    path: str
    message: str


class ServiceError(Exception):
    """An answer other than 200; every subclass has its error type, `code`, and HTTP `status`."""

    code: str
    status: int

    def __init__(self, message: str, *fields: Field) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class ValidationError(ServiceError):
    """400 ValidationException: the request is well formed, but not acceptable."""

    code = "ValidationException"
    status = 400

    @classmethod
    def at(cls, path: str, message: str) -> ValidationError:
        """The error of one field, which is both the message and the only entry of `fieldList`."""
        return cls(message, Field(path, message))


class SerializationError(ServiceError):
    """400 SerializationException: the request could not be read."""

    code = "SerializationException"
    status = 400


class AccessDenied(ServiceError):
    """403 AccessDeniedException."""

    code = "AccessDeniedException"
    status = 403


class UnrecognizedClient(ServiceError):
    """403 UnrecognizedClientException: nobody has this access key or session token."""

    code = "UnrecognizedClientException"
    status = 403


class ExpiredToken(ServiceError):
    """403 ExpiredTokenException: the session of an assumed role is over."""

    code = "ExpiredTokenException"
    status = 403


class ClockSkewed(ServiceError):
    """403 InvalidSignatureException: signed at a time that is not now; only a fault answers so."""

    code = "InvalidSignatureException"
    status = 403


class WrongScope(ServiceError):
    """403 InvalidSignatureException: the signature is one for another service."""

    code = "InvalidSignatureException"
    status = 403


class MissingAuthenticationToken(ServiceError):
    """403: the request is not signed."""

    code = "MissingAuthenticationTokenException"
    status = 403


class NotFound(ServiceError):
    """404 NotFoundException."""

    code = "NotFoundException"
    status = 404


class Conflict(ServiceError):
    """409 ConflictException."""

    code = "ConflictException"
    status = 409


class QuotaExceeded(ServiceError):
    """402 ServiceQuotaExceededException."""

    code = "ServiceQuotaExceededException"
    status = 402


class TooLarge(ServiceError):
    """413: the body is larger than the local AWS reads for any service but S3 Vectors."""

    code = "RequestEntityTooLargeException"
    status = 413


class KmsDisabled(ServiceError):
    """400 KmsDisabledException: the key of the index is disabled."""

    code = "KmsDisabledException"
    status = 400


class KmsInvalidState(ServiceError):
    """400 KmsInvalidStateException: the key of the index is about to be deleted, or not usable."""

    code = "KmsInvalidStateException"
    status = 400


class KmsInvalidKeyUsage(ServiceError):
    """400 KmsInvalidKeyUsageException: the key of the index is not a symmetric encryption key."""

    code = "KmsInvalidKeyUsageException"
    status = 400


class KmsNotFound(ServiceError):
    """400 KmsNotFoundException: the key of the index is gone."""

    code = "KmsNotFoundException"
    status = 400


class Throttled(ServiceError):
    """429 TooManyRequestsException; only a fault answers so."""

    code = "TooManyRequestsException"
    status = 429


class Failed(ServiceError):
    """500 InternalServerException: a fault, or a bug of the local AWS."""

    code = "InternalServerException"
    status = 500


class Unavailable(ServiceError):
    """503 ServiceUnavailableException; only a fault answers so."""

    code = "ServiceUnavailableException"
    status = 503


class RequestTimeout(ServiceError):
    """408 RequestTimeoutException; only a fault answers so."""

    code = "RequestTimeoutException"
    status = 408


class MalformedPolicy(ServiceError):
    """400 MalformedPolicyDocument: IAM's answer to a trust policy that it cannot take."""

    code = "MalformedPolicyDocument"
    status = 400


class NotBuilt(ServiceError):
    """501: AWS has this, the local AWS does not. Not one of AWS's errors."""

    code = "NotBuiltInLocalAws"
    status = 501


def bucket_not_found() -> NotFound:
    """The answer for a vector bucket that does not exist."""
    return NotFound("The specified vector bucket could not be found")


def index_not_found() -> NotFound:
    """The answer for an index, or the bucket of an index, that does not exist."""
    return NotFound("The specified index could not be found")
