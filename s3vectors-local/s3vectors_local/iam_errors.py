"""Errors of IAM."""

from __future__ import annotations

from s3vectors_local.s3vectors.errors import ServiceError


class NoSuchEntity(ServiceError):
    """404 NoSuchEntity."""

    code = "NoSuchEntity"
    status = 404


class InvalidInput(ServiceError):
    """400 InvalidInput."""

    code = "InvalidInput"
    status = 400
