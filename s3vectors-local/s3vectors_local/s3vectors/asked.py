"""What is asked for in a call of one operation, and by whom."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from s3vectors_local.callers import Caller


@dataclass(frozen=True, slots=True)
class Asked:
    """`input` has passed the service model; `clock` is in seconds since 1970."""

    operation: str
    input: Mapping[str, Any]
    caller: Caller
    region: str
    clock: Callable[[], float] = field(default=time.time, kw_only=True)
