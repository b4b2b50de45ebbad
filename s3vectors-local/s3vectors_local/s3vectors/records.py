"""The vectors of one index, by column: a contiguous float32 matrix, and per row the key and the metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Metadata = Mapping[str, Any]

_FIRST_CAPACITY = 64


class Records:
    """Vectors by key. Rows 0 to len-1 are in use; a deletion moves the last row into the gap.

    Not thread-safe: the store's lock guards it.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.keys: list[str] = []
        self.metadata: list[Metadata] = []
        self._row: dict[str, int] = {}
        self._matrix: Matrix = np.empty((0, dimension), dtype=np.float32)
        self._norms = np.empty(0, dtype=np.float64)
        # When each row was first put. Pages of ListVectors follow it, so that writes between two
        # pages neither hide nor repeat a vector that was there all the time.
        self._sequence = np.empty(0, dtype=np.int64)
        self._next = 0
        self._ordered: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, key: str) -> bool:
        return key in self._row

    @property
    def matrix(self) -> Matrix:
        """All vectors, shape (len, dimension)."""
        return self._matrix[: len(self)]

    @property
    def norms(self) -> npt.NDArray[np.float64]:
        """The Euclidean length of every vector, in double precision: float32 would overflow."""
        return self._norms[: len(self)]

    @property
    def sequence(self) -> npt.NDArray[np.int64]:
        """A number per row that grows in the order of first insertion."""
        return self._sequence[: len(self)]

    def row(self, key: str) -> int | None:
        """The row of a key, or None."""
        return self._row.get(key)

    def rows_in_order(self) -> npt.NDArray[np.int64]:
        """All rows in the order of first insertion."""
        if self._ordered is None:
            self._ordered = np.argsort(self.sequence, kind="stable")
        return self._ordered

    def put(self, keys: Sequence[str], matrix: Matrix, metadata: Sequence[Metadata]) -> None:
        """Add or wholly replace vectors; `matrix` has one row per key. Of equal keys the last counts."""
        self._reserve(len(self) + len(keys))
        rows = [self._row[key] if key in self._row else self._append(key) for key in keys]
        self._matrix[rows] = matrix
        self._norms[rows] = np.linalg.norm(matrix.astype(np.float64), axis=1)
        for row, entry in zip(rows, metadata, strict=True):
            self.metadata[row] = entry

    def delete(self, keys: Iterable[str]) -> None:
        """Remove vectors; unknown keys are nothing to do."""
        for key in keys:
            gap = self._row.pop(key, None)
            if gap is None:
                continue
            last = len(self) - 1
            if gap != last:
                self._matrix[gap] = self._matrix[last]
                self._norms[gap] = self._norms[last]
                self._sequence[gap] = self._sequence[last]
                self.keys[gap] = self.keys[last]
                self.metadata[gap] = self.metadata[last]
                self._row[self.keys[gap]] = gap
            self.keys.pop()
            self.metadata.pop()
            self._ordered = None

    def _append(self, key: str) -> int:
        row = len(self)
        self.keys.append(key)
        self.metadata.append({})
        self._row[key] = row
        self._sequence[row] = self._next
        self._next += 1
        self._ordered = None
        return row

    def _reserve(self, rows: int) -> None:
        capacity = len(self._sequence)
        if rows <= capacity:
            return
        capacity = max(rows, 2 * capacity, _FIRST_CAPACITY)
        self._matrix = _grown(self._matrix, (capacity, self.dimension))
        self._norms = _grown(self._norms, (capacity,))
        self._sequence = _grown(self._sequence, (capacity,))


def _grown(array: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    larger = np.empty(shape, dtype=array.dtype)
    larger[: len(array)] = array
    return larger
