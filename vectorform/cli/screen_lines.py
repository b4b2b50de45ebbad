"""A problem on a terminal: coloured, and with as much of its line as has room."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import replace

from vectorform.language.problems import Problem
from vectorform.wording import printable

# Select Graphic Rendition, ECMA-48, 8.3.117.
_COLOURS = {"error": "1;31", "warning": "1;33", "hint": "1;36"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_GAP = "..."
INDENT = "  "
# A word, or what has spaces and is to be copied: a text in backticks, a command up to the end of its clause.
_UNIT = re.compile(r"(?P<gap> *)(?P<unit>(?:vectorform|terraform|tofu|cdktf) [^;`]*|(?:`[^`]*`|[^ ])+)")


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
    return "\n".join(wrapped(head + text, shutil.get_terminal_size().columns, " " * len(head)))


def on_stdout(markdown: str) -> str:
    """A text of several lines; on a terminal, those that are wider are wrapped, but none of an example."""
    if not sys.stdout.isatty():
        return markdown
    columns = shutil.get_terminal_size().columns
    lines: list[str] = []
    example = False
    for line in markdown.split("\n"):
        example ^= line.startswith("```")
        lines += [line] if example else wrapped(line, columns, "")
    return "\n".join(lines)


def on_stderr(message: str) -> str:
    """A message of one or more lines; on a terminal, each is wrapped below its own beginning."""
    if not sys.stderr.isatty():
        return message
    columns = shutil.get_terminal_size().columns
    return "\n".join(
        piece
        for line in message.split("\n")
        for piece in wrapped(line, columns, " " * (len(line) - len(line.lstrip(" ")) + len(INDENT)))
    )


def wrapped(text: str, columns: int, indent: str = INDENT) -> list[str]:
    """A line as lines that fit, all but the first indented. Spaces at its beginning stay.

    Nothing to be copied is cut: no name, nothing in backticks, no command. What is wider than the terminal
    has a line of its own, and the terminal breaks that.
    """
    lines, room = [""], columns
    for match in _UNIT.finditer(text):
        gap, unit = match["gap"], match["unit"]
        width = _cells(unit)
        if gap and lines[-1].strip() and len(gap) + width > room:
            lines.append(indent)
            gap, room = "", columns - len(indent)
        lines[-1] += gap + unit
        room -= len(gap) + width
    return lines


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
        while start > 0 and sum(cells[start - 1 : end]) <= room:  # what is left at the end of the line
            start -= 1
    left, right = _GAP if start else "", _GAP if end < len(pieces) else ""
    return f"{left}{''.join(pieces[start:end])}{right}", len(left) + sum(cells[start:at])


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes; colours take none."""
    from rich.cells import cell_len  # only terminals need it

    return cell_len(_COLOUR.sub("", text))
