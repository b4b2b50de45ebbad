"""A boto3 session whose answers to one operation come from the test instead of the network."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]


def session(
    operation: str,
    status: int,
    body: str,
    headers: dict[str, str] | None = None,
    *,
    when: Callable[[int], bool] = lambda call: True,
) -> boto3.Session:
    """Answer `operation` so whenever `when(number of the call, from 0)`; otherwise ask the service."""
    calls = itertools.count()

    def answer(*, event_name: str, **_: Any) -> AWSResponse | None:
        if not event_name.endswith(f".{operation}") or not when(next(calls)):
            return None
        raw: Any = _Body(body.encode())
        return AWSResponse("http://forged", status, headers or {"content-type": "application/json"}, raw)

    forging = boto3.Session()
    forging.events.register("before-send", answer)
    return forging
