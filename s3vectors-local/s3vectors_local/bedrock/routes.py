"""Which operation of Bedrock's three APIs a request is, by method and path, as their service models say.

All three sign for `bedrock`. What has no handler here goes to moto, or is answered 501.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from s3vectors_local.service_model import service_model

_APIS = ("bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime")
# Paths that belong to knowledge bases; moto has parts of the rest.
_OURS = re.compile(r"/knowledgebases(/.*)?|/tags/arn:[^:]+:bedrock:[^:]*:\d{12}:knowledge-base/.*")
_GREEDY = ("resourceArn", "modelId")  # they have slashes


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of an API, the members that the path holds, and the status of its answer."""

    api: str
    operation: str
    members: Mapping[str, str]
    status: int


def route(method: str, path: str) -> Route | None:
    """The operation that this method and path (without percent-encoding) call, or None."""
    for wanted, pattern, api, operation, status in _table():
        found = pattern.fullmatch(path) if wanted == method else None
        if found:
            return Route(api, operation, found.groupdict(), status)
    return None


def is_ours(found: Route | None, path: str) -> bool:
    """Whether moto is not asked: it has parts of bedrock-agent, nothing of what reads or answers."""
    return _OURS.fullmatch(path) is not None or (found is not None and found.api != "bedrock-agent")


@cache
def _table() -> tuple[tuple[str, re.Pattern[str], str, str, int], ...]:
    return tuple(_rows())


def _rows() -> Iterator[tuple[str, re.Pattern[str], str, str, int]]:
    for api in _APIS:
        for name, operation in service_model(api).operations.items():
            http: Mapping[str, Any] = operation["http"]
            pattern = re.sub(r"\\{(\w+)\\?\+?\\}", _member, re.escape(http["requestUri"].rstrip("/")))
            yield http["method"], re.compile(pattern + "/?"), api, name, http.get("responseCode", 200)


def _member(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[1] in _GREEDY else '[^/]+'})"
