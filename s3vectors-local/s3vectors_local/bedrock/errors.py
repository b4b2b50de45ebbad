"""The errors of Bedrock that S3 Vectors lacks. Statuses: service model of bedrock-agent."""

from __future__ import annotations

from s3vectors_local.s3vectors.errors import ServiceError


class ResourceNotFound(ServiceError):
    """404 ResourceNotFoundException."""

    code = "ResourceNotFoundException"
    status = 404


def not_found() -> ResourceNotFound:
    """The answer for a knowledge base, a data source or an ingestion job that does not exist."""
    return ResourceNotFound(
        "Failed to retrieve resource because it doesn't exist. Retry your request with a different resource "
        "identifier."
    )
