"""Where a request comes from, as far as AWS would know and a process on loopback cannot: told in headers.

Without them a request comes over the internet. They need not be signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import Headers

from s3vectors_local.callers import Caller

VPC_ENDPOINT, VPC = "X-Local-Aws-Vpc-Endpoint", "X-Local-Aws-Vpc"
SOURCE_ARN = "X-Local-Aws-Source-Arn"


def surrounded(caller: Caller, headers: Headers) -> Caller:
    """`caller` with the program, the VPC endpoint and, for a service, the resource that it calls for."""
    return replace(
        caller,
        user_agent=headers.get("User-Agent"),
        vpc_endpoint=headers.get(VPC_ENDPOINT),
        vpc=headers.get(VPC) if headers.get(VPC_ENDPOINT) else None,
        source_arn=headers.get(SOURCE_ARN) if caller.service else None,
    )


def through_vpc_endpoint(client: Any, endpoint: str, vpc: str | None = None) -> Any:
    """`client`, a boto3 client, whose requests now come through a VPC endpoint (`vpce-...`) of `vpc`."""
    return _with_headers(client, {VPC_ENDPOINT: endpoint, **({VPC: vpc} if vpc else {})})


def on_behalf_of(client: Any, arn: str) -> Any:
    """`client`, a boto3 client with a service's credentials, which now calls for the resource `arn`."""
    return _with_headers(client, {SOURCE_ARN: arn})


def _with_headers(client: Any, headers: Mapping[str, str]) -> Any:
    def add(params: dict[str, Any], **_more: Any) -> None:
        params["headers"].update(headers)

    client.meta.events.register("before-call", add)
    return client
