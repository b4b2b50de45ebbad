"""Durations as people write them: `90s`, `30m`, `1h30m`."""

from __future__ import annotations

import re

_UNITS = {"h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?\Z", re.ASCII)


def seconds(text: str) -> int:
    """A duration in seconds. Raises ValueError for anything but hours, minutes and seconds, in this order."""
    found = _DURATION.match(text)
    if not text or found is None:
        raise ValueError(f"{text!r} is not a duration; write 90s, 30m or 1h30m")
    return sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS.values(), strict=True))
