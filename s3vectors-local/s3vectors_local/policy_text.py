"""The text rules of the policy language: wildcards, variables, one value where a list may stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: `*` is any text, `?` is one character."""
    return _wildcard(pattern, ignore_case).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def as_list(value: Any) -> list[Any]:
    """The grammar allows one value where a list may stand."""
    return list(value) if isinstance(value, list | tuple) else [value]


def substituted(pattern: str, context: Mapping[str, tuple[str, ...]]) -> str:
    """Replace policy variables such as ${aws:username}; an unknown one matches nothing."""

    def value(found: re.Match[str]) -> str:
        name, _, default = (part.strip() for part in found[1].partition(","))
        if name in ("*", "?", "$"):
            return name
        values = context.get(name.lower(), ())
        return values[0] if len(values) == 1 else default.strip("'") or "\0"

    return re.sub(r"\$\{([^}]*)\}", value, pattern)
