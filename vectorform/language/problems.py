"""What is wrong with a configuration, as data: found everywhere, printed only at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from vectorform.errors import UserError
from vectorform.wording import beginning, printable

_SHOWN_PATH = 300  # characters of a path that a line shows
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it was written, and what to write instead.

    `rule` is the id of the rule that it breaks. `file` is relative to the project root, `line` and `column`
    count from 1; `line` is 0 when it is about the file as a whole. `path` is the place in the configuration
    ("" for its top). `hint` says what to do.
    """

    rule: str
    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    @property
    def text(self) -> str:
        """Message, hint and the rule's id in one, safe for a terminal."""
        said = f"{self.message}; {self.hint}" if self.hint else self.message
        return f"{printable(said)} [{self.rule}]"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        kind = "" if self.severity == "error" else f"{self.severity}: "
        path = beginning(self.path, _SHOWN_PATH)
        return f"{printable(place)}: {kind}{path + ': ' if path else ''}{self.text}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and position, each once: what several environments or regions share is said only once.

    So is what several members of a definition of many have. Hints wait until there are no errors.
    """

    def identity(problem: Problem) -> tuple[object, ...]:
        # A region's override is checked where it stands and once more merged into the environment.
        path = re.sub(r"^regions\[[0-9]+\]\.(?=vector_buckets)", "", problem.path)
        return (problem.file, problem.line, problem.column, path, problem.message, problem.severity)

    first: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        first.setdefault(identity(problem), problem)
    places: dict[tuple[object, ...], list[Problem]] = {}
    for problem in first.values():
        written = (problem.rule, problem.file, problem.line, problem.column, problem.message, problem.hint)
        places.setdefault(written, []).append(problem)
    once = [_of_all(alike) for alike in places.values()]
    failed = any(problem.severity == "error" for problem in once)
    said = (p for p in once if p.severity != "hint" or not failed)
    return tuple(sorted(said, key=lambda p: (p.file, p.line, p.column, p.path, p.message)))


def _of_all(alike: list[Problem]) -> Problem:
    """One problem for those that have one cause: they are all written at one place."""
    problem, *others = sorted(alike, key=lambda each: each.path)
    if not others or not problem.line:
        return problem
    places = "1 more place" if len(others) == 1 else f"{len(others):,} more places"
    return replace(problem, message=f"{problem.message} (this affects {places}, such as {others[-1].path})")


class ConfigurationError(UserError):
    """A configuration that cannot be used. `problems` holds everything that is wrong, warnings too."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnreadableError(ConfigurationError):
    """A configuration that could not be read at all: no such environment, or an unreadable file."""

    exit_code = 2
