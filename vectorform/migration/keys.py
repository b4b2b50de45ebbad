"""Whether the keys of one index are all in another, and how many vectors an index has, up to a limit.

S3 Vectors has no operation that counts: everything is listed, some thousand keys a second. So the caller
says how far to look, and the answer says how far that was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from vectorform.migration.calls import client, patiently
from vectorform.migration.places import Place
from vectorform.threads import at_once

# Service model: ListVectors answers with 1,000 keys at most, GetVectors takes 100.
_LIST = 1000
_GET = 100
_SEGMENTS = 4
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Keys:
    """What was seen: `seen` keys of an index, and how many of those another one has not.

    `whole` says that these were all of them: where it is false, nothing is known of the rest. `examples` are
    keys that are missing.
    """

    seen: int
    whole: bool
    missing: int = 0
    examples: tuple[str, ...] = ()


def compare_keys(
    source: Place,
    successor: Place,
    stop: threading.Event,
    *,
    limit: int | None = None,
    on_seen: Callable[[int], None] = lambda _: None,
) -> Keys:
    """Look for the keys of `source` in `successor`: all, or up to `limit` and a few pages more.

    `on_seen` is told, from any thread, how many were looked for. Raises Refused, Stopped.
    """
    look = _Look(source, successor, stop, limit, on_seen)
    tasks = [partial(look.segment, number) for number in range(_SEGMENTS)]
    at_once(tasks, name="keys", stop=look.ended.set, together=True)
    return Keys(look.seen, not look.cut_off, look.missing, tuple(sorted(look.examples)[:_EXAMPLES]))


def count(place: Place, limit: int, stop: threading.Event) -> Keys:
    """How many vectors an index has, up to `limit`. Raises Refused, Stopped."""
    s3vectors = client(place, 1)
    seen = 0
    token: dict[str, str] = {}
    while seen < limit:
        page = patiently(s3vectors.list_vectors, stop, **place.parameters, maxResults=_LIST, **token)
        seen += len(page["vectors"])
        if not page.get("nextToken"):
            return Keys(min(seen, limit), seen <= limit)
        token = {"nextToken": page["nextToken"]}
    return Keys(limit, False)


class _Look:
    """One comparison: what its threads have seen together."""

    def __init__(
        self,
        source: Place,
        successor: Place,
        stop: threading.Event,
        limit: int | None,
        on_seen: Callable[[int], None],
    ) -> None:
        self._source, self._successor = source, successor
        self._from, self._to = (client(end, _SEGMENTS) for end in (source, successor))
        self._stop, self._limit, self._on_seen = stop, limit, on_seen
        self._page = _LIST if limit is None else min(_LIST, max(1, limit // _SEGMENTS))
        self._lock = threading.Lock()
        self.ended = threading.Event()
        self.seen = self.missing = 0
        self.examples: list[str] = []
        self.cut_off = False

    def segment(self, number: int) -> None:
        """One of the parts that the service lists side by side."""
        for keys in self._pages(number):
            lost = [
                key for start in range(0, len(keys), _GET) for key in self._lost(keys[start : start + _GET])
            ]
            with self._lock:
                self.seen += len(keys)
                self.missing += len(lost)
                self.examples += lost[:_EXAMPLES]
                self._on_seen(self.seen)

    def _pages(self, number: int) -> Iterator[list[str]]:
        token: dict[str, str] = {}
        while not self.ended.is_set():
            if self._limit is not None and self.seen >= self._limit:
                self.cut_off = True  # or so it has to be taken: whether there is more was not checked
                return
            page: Any = patiently(
                self._from.list_vectors,
                self._stop,
                **self._source.parameters,
                maxResults=self._page,
                segmentCount=_SEGMENTS,
                segmentIndex=number,
                **token,
            )
            yield [vector["key"] for vector in page["vectors"]]
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}

    def _lost(self, keys: list[str]) -> list[str]:
        """Those that the successor has not."""
        if not keys:
            return []
        answer: Any = patiently(self._to.get_vectors, self._stop, **self._successor.parameters, keys=keys)
        there = {vector["key"] for vector in answer["vectors"]}
        return [key for key in keys if key not in there]
