"""rest-json: which operation a request is, its input, and the body of an error."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from s3vectors_local.s3vectors.errors import SerializationError, ServiceError
from s3vectors_local.s3vectors.service import HANDLERS
from s3vectors_local.s3vectors.validate import present

MOST_BYTES = 20 * 1024 * 1024  # of a request's body: user guide, limitations
_MINUS_ZERO = re.compile(rb"[\[:,\s]-0(?![0-9.eE])")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_TAGS = "/tags/"
_TAG_OPERATIONS = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}


def operation_of(method: str, path: str) -> str:
    """The operation of a request; of an unknown one the method and the path, for the error to name."""
    if path.startswith(_TAGS) and method in _TAG_OPERATIONS:
        return _TAG_OPERATIONS[method]
    return path[1:] if is_operation(method, path) else f"{method} {path}"


def is_operation(method: str, path: str) -> bool:
    """Whether this is an operation of S3 Vectors by its name alone, or about the tags of an ARN of it."""
    if path.startswith(f"{_TAGS}arn:") and path.split(":")[2:3] == ["s3vectors"]:
        return method in _TAG_OPERATIONS
    return method == "POST" and path[1:] in HANDLERS


def looks_like_operation(method: str, path: str) -> bool:
    """Whether this can only be meant for S3 Vectors: a name like an operation's, or tags of an ARN.

    No bucket of S3 has a capital letter.
    """
    if path.startswith(f"{_TAGS}arn:"):
        return method in _TAG_OPERATIONS
    return method == "POST" and re.fullmatch(r"/[A-Z][A-Za-z]+", path) is not None


def read(operation: str, path: str, tag_keys: Sequence[str], body: bytes) -> dict[str, Any]:
    """The input of an operation, without null members. Raises SerializationError."""
    given = present(operation, _parsed(body))
    if path.startswith(_TAGS):
        given["resourceArn"] = path.removeprefix(_TAGS)
    if operation == "UntagResource" and tag_keys:
        given["tagKeys"] = list(tag_keys)
    return given


def error_body(error: ServiceError) -> dict[str, Any]:
    """The body of an error: `message`, and `fieldList` where the error is about fields."""
    body: dict[str, Any] = {"message": error.message}
    if error.fields:
        body["fieldList"] = [{"path": field.path, "message": field.message} for field in error.fields]
    return body


def _parsed(body: bytes) -> dict[str, Any]:
    integers = _integer if _MINUS_ZERO.search(body) else None
    try:
        # Decoded here: of bytes Python would take UTF-16 as well, and surrogates.
        parsed = json.loads(body.decode() or "{}", parse_constant=_no_constant, parse_int=integers)
        if _SURROGATE.search(body):
            json.dumps(parsed, ensure_ascii=False).encode()  # fails for a surrogate without its partner
    except (ValueError, RecursionError):
        raise SerializationError("UnknownError") from None
    if not isinstance(parsed, dict):
        raise SerializationError("UnknownError")
    return parsed


def _no_constant(name: str) -> NoReturn:
    """Python's parser takes NaN, Infinity and -Infinity, which are no JSON (RFC 8259, section 6)."""
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    """Only a float keeps the sign of -0."""
    return -0.0 if text == "-0" else int(text)
