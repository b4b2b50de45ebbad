"""Faults on request: throttling, server errors, denial, expiry, dropped connections. Off by default."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

Kind = Literal[
    "throttle",
    "server-error",
    "unavailable",
    "request-timeout",
    "latency",
    "deny",
    "expire",
    "skew",
    "drop",
    "drop-after",
    "drop-midway",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to go wrong, and when.

    `operation` is `CreateIndex`, or `service:Operation` for any service; None is every operation.
    `region` None is every region. The first `after` calls pass; then it strikes `count` times (None: until
    cleared), each time with probability `rate`. `expire`: the caller's session is over. `skew`: the clock of
    the service is an hour ahead of the caller's, as `Date` says; a request that is signed by that clock is
    fine. `latency` waits `milliseconds` and then continues; `drop` closes the connection before anything is
    done, `drop-after` when it has been done, both without an answer, `drop-midway` then in the middle of it.
    """

    kind: Kind
    operation: str | None = None
    region: str | None = None
    count: int | None = None
    after: int = 0
    rate: float = 1.0
    milliseconds: int = 0

    def to_json(self) -> dict[str, Any]:
        """The JSON object that `parse` reads."""
        return asdict(self)


def parse(document: Any) -> list[Fault]:
    """The faults of a JSON list. Raises ValueError that says which entry is wrong and what is allowed."""
    if not isinstance(document, list):
        raise ValueError("faults: a JSON list of objects is expected")
    return [_fault(position, entry) for position, entry in enumerate(document)]


def _fault(position: int, entry: Any) -> Fault:
    names = {field.name for field in fields(Fault)}
    if not isinstance(entry, dict) or not names.issuperset(entry):
        raise ValueError(f"faults[{position}]: an object with only these members: {', '.join(sorted(names))}")
    if entry.get("kind") not in get_args(Kind):
        raise ValueError(f"faults[{position}].kind: one of {', '.join(get_args(Kind))}")
    fault = Fault(**entry)
    if not (isinstance(fault.rate, int | float) and 0 <= fault.rate <= 1):
        raise ValueError(f"faults[{position}].rate: a probability from 0 to 1")
    if fault.count is not None and not (isinstance(fault.count, int) and fault.count > 0):
        raise ValueError(f"faults[{position}].count: a whole number above 0, or null")
    if not (isinstance(fault.after, int) and fault.after >= 0):
        raise ValueError(f"faults[{position}].after: a whole number from 0")
    if not (isinstance(fault.milliseconds, int) and fault.milliseconds >= 0):
        raise ValueError(f"faults[{position}].milliseconds: a whole number from 0")
    return fault


class Faults:
    """The faults that are set, and how often each may still strike. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._random = random.Random(0)  # the same requests meet the same faults

    def add(self, faults: Iterable[Fault]) -> None:
        """Set further faults; the dice start again, so a test can repeat itself."""
        with self._lock:
            self._faults.extend(faults)
            self._random.seed(0)

    def clear(self) -> None:
        """No faults from now on."""
        with self._lock:
            self._faults.clear()

    def strike(self, service: str, operation: str, region: str) -> list[Fault]:
        """The faults that hit this request; those with a count are used up."""
        if not self._faults:
            return []
        struck = []
        with self._lock:
            left = []
            for fault in self._faults:
                concerned = _concerns(fault, service, operation, region)
                if concerned and fault.after:
                    fault = replace(fault, after=fault.after - 1)
                elif concerned and self._random.random() < fault.rate:
                    struck.append(fault)
                    if fault.count is not None:
                        fault = replace(fault, count=fault.count - 1)
                if fault.count != 0:
                    left.append(fault)
            self._faults = left
        return struck

    def to_json(self) -> list[Mapping[str, Any]]:
        """The faults that are set."""
        with self._lock:
            return [fault.to_json() for fault in self._faults]


def _concerns(fault: Fault, service: str, operation: str, region: str) -> bool:
    named = fault.operation in (None, f"{service}:{operation}") or (
        service == "s3vectors" and fault.operation == operation
    )
    return named and fault.region in (None, region)
