"""IAM's wildcards: `*` is any text, also none and also slashes; `?` is one character."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of `value` is what `pattern` stands for. Case counts: fold both where IAM does."""
    return _compiled(pattern).fullmatch(value) is not None


def arn_matches(pattern: str, arn: str) -> bool:
    """The same for an ARN under ArnLike: each of its six parts by itself (IAM User Guide)."""
    wanted, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(parts) and all(map(matches, wanted, parts))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # A run of stars is one: otherwise a text that nearly matches takes exponential time.
    parts = (
        ".*" if p[0] == "*" else "." if p == "?" else re.escape(p) for p in re.findall(r"\*+|.", pattern)
    )
    return re.compile("".join(parts), re.DOTALL)
