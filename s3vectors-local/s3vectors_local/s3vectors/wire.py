"""rest-json: which operation a request is, its input, and the body of an error."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from s3vectors_local.s3vectors.errors import SerializationError, ServiceError
from s3vectors_local.s3vectors.service import HANDLERS

MOST_BYTES = 20 * 1024 * 1024  # of a request's body: user guide, limitations
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_TAGS = "/tags/"
_TAG_OPERATIONS = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}


def operation_of(method: str, path: str) -> str:
    """The operation of a request; of an unknown one the method and the path, for the error to name."""
    if path.startswith(_TAGS) and method in _TAG_OPERATIONS:
        return _TAG_OPERATIONS[method]
    return path[1:] if is_operation(method, path) else f"{method} {path}"


def is_operation(method: str, path: str) -> bool:
    """Whether this is an operation of S3 Vectors by its name alone, as every one but those of tags is."""
    return method == "POST" and path[1:] in HANDLERS


def read(operation: str, path: str, tag_keys: Sequence[str], body: bytes) -> dict[str, Any]:
    """The input of an operation. Raises SerializationError."""
    given = _parsed(body)
    if path.startswith(_TAGS):
        given["resourceArn"] = path.removeprefix(_TAGS)
    if operation == "UntagResource":
        given["tagKeys"] = list(tag_keys)
    return given


def error_body(error: ServiceError) -> dict[str, Any]:
    """The body of an error: `message`, and `fieldList` where the error is about fields."""
    body: dict[str, Any] = {"message": error.message}
    if error.fields:
        body["fieldList"] = [{"path": field.path, "message": field.message} for field in error.fields]
    return body


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
        if _SURROGATE.search(body):
            json.dumps(parsed, ensure_ascii=False).encode()  # fails for a surrogate without its partner
    except (ValueError, RecursionError):
        raise SerializationError("UnknownError") from None
    if not isinstance(parsed, dict):
        raise SerializationError("UnknownError")
    return parsed
