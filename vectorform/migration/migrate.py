"""Copy an index's vectors into another, page by page and segment by segment, then compare the two.

Put-once: a vector that the target has already is left as it is, since an application may have written a
newer one there. So running it twice is harmless, and a copy that was cut off can go on anywhere. A comparison
cannot: of what it had seen before it was cut off, nobody knows what has been written since.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from vectorform.migration.calls import Refused, client, patiently
from vectorform.migration.journal import Journal, Phase, Progress, Segment
from vectorform.migration.pace import Pace
from vectorform.migration.places import Place
from vectorform.threads import at_once

# Service model: PutVectors takes 500 vectors, GetVectors 100. A page also ends at 1 MB of vectors, which as
# JSON stays far below the 20 MiB that a request may have.
PAGE = 500
_GET = 100
_EXAMPLES = 10

Vector = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of every vector that the source listed between its beginning and its end."""

    began: datetime
    ended: datetime
    seen: int
    missing: int
    different: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A migration that came to its end: all of the source, `seen` vectors, is in the target.

    `compared` None: it was told not to. `resumed` says where a run before this one had been cut off: in which
    phase, and after how many vectors.
    """

    seen: int
    copied: int
    compared: Compared | None
    resumed: tuple[Phase, int] | None = None

    @property
    def complete(self) -> bool:
        """Whether the target was seen to have every vector of the source, with the same content."""
        return self.compared is not None and not self.compared.missing and not self.compared.different


class Migration:
    """One run. `segments` is how many parts of the source are read at a time: 1 to 16."""

    def __init__(
        self,
        source: Place,
        target: Place,
        journal: Journal,
        *,
        segments: int,
        pace: Pace,
        check: bool = True,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.source, self.target = source, target
        self._from, self._to = (client(end, segments + 1) for end in (source, target))
        self._journal, self._segments, self._pace = journal, segments, pace
        self._check, self._on_progress = check, on_progress
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.progress = Progress(segments=[Segment() for _ in range(segments)])

    def run(self) -> Result:
        """Copy and compare. Raises Refused, UserError, Stopped when it cannot continue: run it again then."""
        resumed: tuple[Phase, int] | None = None
        earlier = self._journal.load(self._segments)
        # Cut off in the comparison, and not to be compared now: what is new since then is still to be copied.
        if earlier is not None and (self._check or earlier.phase == "copy"):
            self.progress, resumed = earlier, (earlier.phase, earlier.seen)
        if self.progress.phase == "copy":
            self._each(self._copy)
        total = self.progress.seen if self.progress.total is None else self.progress.total
        copied = self.progress.copied
        compared = None
        if self._check:
            fresh = [Segment() for _ in range(self._segments)]
            self.progress = Progress("check", fresh, copied=copied, total=total)
            self._journal.save(self.progress)
            compared = self._compared()
        self._journal.remove()
        return Result(total, copied, compared, resumed)

    def stop(self) -> None:
        """End it, from another thread: pages in flight are finished and noted, then `run` raises Stopped."""
        self._stop.set()

    def _compared(self) -> Compared:
        began = datetime.now(UTC)
        self._each(self._compare)
        at = self.progress
        return Compared(began, datetime.now(UTC), at.seen, at.missing, at.different, tuple(at.examples))

    def _each(self, handle: Callable[[list[Vector]], None]) -> None:
        """All segments at once, until they are done or one of them fails."""
        tasks = [
            partial(self._segment, number, handle)
            for number, segment in enumerate(self.progress.segments)
            if not segment.done
        ]
        at_once(tasks, name="segment", stop=self._stop.set, together=True)

    def _segment(self, number: int, handle: Callable[[list[Vector]], None]) -> None:
        for vectors, token in self._pages(number):
            segment = self.progress.segments[number]
            if vectors:
                handle(vectors)
            with self._lock:
                segment.seen += len(vectors)
                segment.token, segment.done = token, token is None
                if self.progress.phase == "copy":
                    self._journal.save(self.progress)
                self._on_progress(self.progress)

    def _pages(self, number: int) -> Iterator[tuple[list[Vector], str | None]]:
        """The pages of a segment with the token of the next one; None after the last."""
        token = self.progress.segments[number].token
        more = {"segmentCount": self._segments, "segmentIndex": number} if self._segments > 1 else {}
        from_journal = token is not None
        while True:
            start = {"nextToken": token} if token else {}
            try:
                page = patiently(
                    self._from.list_vectors,
                    self._stop,
                    **self.source.parameters,
                    maxResults=PAGE,
                    returnData=True,
                    returnMetadata=True,
                    **more,
                    **start,
                )
            except Refused:
                if not from_journal:
                    raise
                # The service has forgotten the token: from the start of the segment.
                self.progress.segments[number] = Segment()
                token, from_journal = None, False
                continue
            from_journal = False
            token = page.get("nextToken")
            yield page["vectors"], token
            if token is None:
                return

    def _copy(self, vectors: list[Vector]) -> None:
        """Put what the target does not have."""
        there = {vector["key"] for vector in self._at_target(vectors, content=False)}
        new = [_to_put(vector) for vector in vectors if vector["key"] not in there]
        if new:
            self._pace.wait(len(new), self._stop)
            patiently(self._to.put_vectors, self._stop, **self.target.parameters, vectors=new)
        with self._lock:
            self.progress.copied += len(new)

    def _compare(self, vectors: list[Vector]) -> None:
        """Count what the target lacks or has otherwise."""
        there = {vector["key"]: vector for vector in self._at_target(vectors, content=True)}
        missing = [vector["key"] for vector in vectors if vector["key"] not in there]
        different = [
            vector["key"]
            for vector in vectors
            if vector["key"] in there and _to_put(vector) != _to_put(there[vector["key"]])
        ]
        with self._lock:
            self.progress.missing += len(missing)
            self.progress.different += len(different)
            room = _EXAMPLES - len(self.progress.examples)
            self.progress.examples += [*missing, *different][:room]

    def _at_target(self, vectors: list[Vector], *, content: bool) -> Iterator[Vector]:
        keys = [vector["key"] for vector in vectors]
        for start in range(0, len(keys), _GET):
            answer = patiently(
                self._to.get_vectors,
                self._stop,
                **self.target.parameters,
                keys=keys[start : start + _GET],
                returnData=content,
                returnMetadata=content,
            )
            yield from answer["vectors"]


def _to_put(vector: Vector) -> Vector:
    """A listed vector as PutVectors takes it: the empty metadata of one without is left out."""
    plain: Vector = {"key": vector["key"], "data": {"float32": vector["data"]["float32"]}}
    return {**plain, "metadata": vector["metadata"]} if vector.get("metadata") else plain
