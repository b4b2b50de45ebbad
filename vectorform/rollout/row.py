"""One region's place on the board, for everything that works on that region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from vectorform.rollout.progress import Board, RegionProgress


class RegionFailed(Exception):
    """The region goes no further; its problems are on the board."""


@dataclass(frozen=True, slots=True)
class Row:
    """The row of `region`."""

    board: Board
    region: str

    @property
    def progress(self) -> RegionProgress:
        """How far the region is now."""
        return self.board[self.region]

    def update(self, **changes: object) -> None:
        """Replace some fields of its progress, which the board's observer gets to see."""
        self.board.update(self.region, **changes)

    def fail(self, *problems: str) -> NoReturn:
        """Put the problems on the board. Raises RegionFailed."""
        self.update(problems=problems)
        raise RegionFailed
