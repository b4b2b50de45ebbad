"""How far a migration has come, in a small file: what lets it go on after it was killed at any point.

It is replaced as a whole after every page of the copy, so that it is never half written. What it does not
know yet is done again, which changes nothing. Of the comparison it only knows that it is due: what was
compared before a kill may have been written to since.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from vectorform.errors import UserError
from vectorform.migration.places import Described

FOLDER = ".vectorform"
Phase = Literal["copy", "check"]


@dataclass(slots=True)
class Segment:
    """One part of the source, in the current phase.

    `token` is where its next page starts, None at the start. `seen` is how many vectors of the source came
    by.
    """

    token: str | None = None
    done: bool = False
    seen: int = 0


@dataclass(slots=True)
class Progress:
    """`copied` vectors were put, the others were there. `total` is known to the check from the copy.

    `missing` and `different` are what the check found in the target, and `examples` keys of such vectors.
    """

    phase: Phase = "copy"
    segments: list[Segment] = field(default_factory=list)
    copied: int = 0
    total: int | None = None
    missing: int = 0
    different: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Vectors of the source that came by in this phase."""
        return sum(segment.seen for segment in self.segments)


class Journal:
    """The journal of one pair of indexes. Thread-safe."""

    def __init__(self, folder: Path, source: Described, target: Described) -> None:
        self._ends = {
            "source": [source.arn, source.created],
            "target": [target.arn, target.created],
        }
        name = hashlib.sha256(f"{source.arn} {target.arn}".encode()).hexdigest()[:16]
        self.path = folder / FOLDER / f"migrate-{name}.json"
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold it alone. Raises UserError when another migration between the same indexes is running."""
        self.path.parent.mkdir(exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(
                    "another migration between these indexes is running here: wait until it ends"
                ) from None
            yield

    def load(self, segments: int) -> Progress | None:
        """The progress of a run that was cut off; None when there is none that fits these very indexes."""
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            if document["ends"] != self._ends or len(document["progress"]["segments"]) != segments:
                return None
            values = document["progress"]
            return Progress(**{**values, "segments": [Segment(**segment) for segment in values["segments"]]})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, progress: Progress) -> None:
        """Replace the file. Raises UserError when it cannot be written."""
        document: dict[str, Any] = {"ends": self._ends, "progress": asdict(progress)}
        unfinished = self.path.with_suffix(".unfinished")
        with self._lock:
            try:
                unfinished.write_text(json.dumps(document), encoding="utf-8")
                unfinished.replace(self.path)
            except OSError as error:
                raise UserError(f"{self.path}: cannot be written: {error.strerror}") from error

    def remove(self) -> None:
        """The migration is complete. The lock file stays: another run may be waiting on it."""
        self.path.unlink(missing_ok=True)
