"""A problem on a terminal: coloured, and with as much of its line as has room."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from dataclasses import replace

from vectorform.language.problems import Problem
from vectorform.wording import printable

# Select Graphic Rendition, ECMA-48, 8.3.117.
_COLOURS = {"error": "1;31", "warning": "1;33", "hint": "1;36"}
_GAP = "..."


def coloured(problem: Problem) -> str:
    """Its line, the severity named and in colour, unless NO_COLOR or a dumb terminal asks for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return str(problem)
    place, _, rest = str(replace(problem, severity="error")).partition(": ")
    return f"{place}: \x1b[{_COLOURS[problem.severity]}m{problem.severity}\x1b[0m: {rest}"


def hanging(head: str, text: str) -> str:
    """A row of a list; on a terminal, what does not fit next to `head` continues below, indented."""
    if not sys.stdout.isatty():
        return head + text
    width = shutil.get_terminal_size().columns
    return textwrap.fill(text, width, initial_indent=head, subsequent_indent=" " * len(head))


def excerpt(line: str, column: int, width: int) -> tuple[str, int]:
    """At most `width` cells of a line, with what stands at `column` (from 1) among them, and its cell.

    Both are as a terminal shows them: what is not printable is escaped, and wide characters take two cells.
    """
    pieces = [printable(character) if character != "\t" else " " for character in line]
    cells = [_cells(piece) for piece in pieces]
    at = min(column - 1, len(pieces))
    start, end = 0, len(pieces)
    if sum(cells) > width:
        room = max(8, width - 2 * len(_GAP))
        start = at
        while start > 0 and sum(cells[start - 1 : at]) <= room * 2 // 3:
            start -= 1
        end = start
        while end < len(pieces) and sum(cells[start : end + 1]) <= room:
            end += 1
    left, right = _GAP if start else "", _GAP if end < len(pieces) else ""
    return f"{left}{''.join(pieces[start:end])}{right}", len(left) + sum(cells[start:at])


def _cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
