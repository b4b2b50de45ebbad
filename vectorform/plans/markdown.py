"""Markdown of values that may contain anything: nothing in them is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_SHOWN = 80  # characters of a value
_LONG = 600  # characters of a line that may be too long for the others


def code(text: str) -> str:
    """A code span that shows `text`, also inside a table (GitHub Flavored Markdown, 6.1 and 4.10).

    White space, line ends among it, becomes one space: a code span in a table cannot hold line ends.
    """
    flat = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{padding}{flat}{padding}{fence}" if flat else "nothing"


def value(anything: Any, whole: bool = False) -> str:
    """A JSON value as a code span, shortened unless the `whole` of it is to be seen."""
    if anything is None:
        return "nothing"
    text = anything if isinstance(anything, str) else json.dumps(anything, ensure_ascii=False)
    return code(text if whole or len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}...")


def several(names: Sequence[str], most: int) -> str:
    """The first names, and how many there are besides."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(code, names[:most])) + more


def fitting(lines: Sequence[str], characters: int) -> tuple[list[str], int]:
    """The first lines that take at most so many characters together, and how many are left out.

    A line that takes more than half of them is left out, so that others have room.
    """
    taken: list[str] = []
    most = max(characters // 2, _LONG)
    for line in lines:
        if len(line) > most:
            continue
        characters -= len(line) + 1
        if characters < 0:
            break
        taken.append(line)
    return taken, len(lines) - len(taken)
