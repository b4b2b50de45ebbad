"""No faster than S3 Vectors takes writes: S3 User Guide, "Limitations and restrictions".

The limits apply to an index, not to a writer: an application that writes to the target at the same time
shares them. A throttled call is tried again (`vectorform.migration.calls`).
"""

from __future__ import annotations

import threading
import time

VECTORS_PER_SECOND = 2500.0
REQUESTS_PER_SECOND = 1000.0


class Pace:
    """Lets vectors and requests pass at no more than their rates, over all threads."""

    def __init__(self, vectors: float = VECTORS_PER_SECOND, requests: float = REQUESTS_PER_SECOND) -> None:
        self._seconds_per_vector = 1 / vectors
        self._seconds_per_request = 1 / requests
        self._lock = threading.Lock()
        self._free_at = 0.0

    def wait(self, vectors: int, stop: threading.Event) -> None:
        """Return when a request with so many vectors may go, or at once when `stop` is set."""
        needs = max(vectors * self._seconds_per_vector, self._seconds_per_request)
        with self._lock:
            starts = max(self._free_at, time.monotonic())
            self._free_at = starts + needs
        stop.wait(max(0.0, starts - time.monotonic()))
