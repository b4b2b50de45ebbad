"""On PYTHONPATH, turns a tool that writes an endpoint into its clients back to AWS_ENDPOINT_URL."""

from __future__ import annotations

import os
from typing import Any

import boto3

_client = boto3.Session.client


def _local(session: boto3.Session, *arguments: Any, **options: Any) -> Any:
    return _client(session, *arguments, **{**options, "endpoint_url": os.environ["AWS_ENDPOINT_URL"]})


boto3.Session.client = _local  # type: ignore[assignment]
