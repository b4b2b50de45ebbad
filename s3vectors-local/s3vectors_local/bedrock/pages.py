"""Pages of Bedrock's listings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.s3vectors.errors import ValidationError

_SIZE = 100


def page(request: Request, member: str, items: Sequence[dict[str, Any]]) -> Answer:
    """The page that a listing asks for, as `member`. Raises ValidationError for a token of nowhere."""
    token = request.input.get("nextToken", "0")
    size = request.input.get("maxResults", _SIZE)
    if not token.isdigit():
        raise ValidationError("Invalid nextToken")
    start = int(token)
    answer: Answer = {member: list(items[start : start + size])}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer
