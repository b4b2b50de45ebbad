"""Clients of boto3 for a local AWS, as its administrator or as somebody with keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3

from s3vectors_local.process import LocalAws


def client(aws: LocalAws, region: str, service: Any, keys: Mapping[str, str] | None = None) -> Any:
    """A client; `keys` are the `Credentials` of an answer of STS."""
    own = aws.environment()
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["AccessKeyId"] if keys else own["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["SecretAccessKey"] if keys else own["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["SessionToken"] if keys else None,
    )
