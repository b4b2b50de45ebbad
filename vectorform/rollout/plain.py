"""Progress as plain lines, one for every step of a region: for CI, and wherever there is no terminal."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from vectorform.rollout.progress import Board, Phase, RegionProgress
from vectorform.rollout.report import outcome


class PlainLines:
    """Writes to stderr. Nobody is asked anything: a pause is a pause of time."""

    def __init__(self, bake: float | None) -> None:
        """`bake` is how many seconds to wait between two waves, None for not at all."""
        self._bake = bake
        self._told: dict[str, Phase] = {}
        self._remote: dict[str, tuple[str, str]] = {}
        self._notes: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def show(self, board: Board) -> None:
        """The board holds nothing that its updates have not told."""

    def observe(self, one: RegionProgress) -> None:
        """A line when a region enters a phase, when its run is there, and when that waits."""
        self._observe_run(one)
        for note in one.notes[len(self._notes.get(one.region, ())) :]:
            _write(f"wave {one.wave}: {one.region}: {note}")
        self._notes[one.region] = one.notes
        if self._told.get(one.region) == one.phase:
            return
        self._told[one.region] = one.phase
        changes = outcome(one) if one.phase not in ("planning", "verifying") else ""
        _write(f"wave {one.wave}: {one.region}: {one.phase}{f' ({changes})' if changes else ''}")

    def _observe_run(self, progress: RegionProgress) -> None:
        run, waiting = self._remote.get(progress.region, ("", ""))
        self._remote[progress.region] = progress.run, progress.waiting_for
        start = f"wave {progress.wave}: {progress.region}"
        if progress.run != run:
            _write(f"{start}: its run: {progress.run}")
        if progress.waiting_for not in ("", waiting):
            _write(f"{start}: {progress.waiting_for}")

    def pause(self, wave: int) -> None:
        """Wait between two waves."""
        if self._bake is None:
            return
        until = datetime.now() + timedelta(seconds=self._bake)
        _write(f"wave {wave} starts at {until:%H:%M:%S}")
        time.sleep(self._bake)


def _write(line: str) -> None:
    sys.stderr.write(f"{datetime.now():%H:%M:%S} {line}\n")
    sys.stderr.flush()
