"""What the service model of S3 Vectors says about a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from s3vectors_local.service_model import Shape, service_model

_MODEL = service_model("s3vectors")


def operations() -> Mapping[str, Shape]:
    """Every operation of the service by name."""
    return _MODEL.operations


def present(operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """An operation's input without the members that are null."""
    return _MODEL.present(operation, given)


def check(operation: str, request: Mapping[str, Any]) -> None:
    """Refuse a request that breaks the model. Raises SerializationError, ValidationError."""
    _MODEL.check(operation, request)
