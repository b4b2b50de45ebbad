"""Problems of a configuration as text, JSON or GitHub annotations."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from vectorform.annotations import Level, annotation
from vectorform.cli.screen_lines import coloured, excerpt
from vectorform.language.problems import Problem

_LEVELS: dict[str, Level] = {"error": "error", "warning": "warning", "hint": "notice"}


def seen_from(problems: Sequence[Problem], root: Path, folder: Path) -> list[Problem]:
    """The problems with their files relative to `folder`, so that an editor or a terminal can open them."""
    return [
        replace(problem, file=Path(os.path.relpath(root / problem.file, folder)).as_posix())
        for problem in problems
    ]


def as_text(problems: Sequence[Problem], excerpts: bool) -> Iterator[str]:
    """One line for each problem; with `excerpts` also the line of the file and a caret below the place."""
    lines: dict[str, list[str]] = {}
    columns = shutil.get_terminal_size().columns
    for problem in problems:
        yield coloured(problem) if excerpts else str(problem)
        if excerpts and problem.line:
            yield from _excerpt(problem, lines, columns)


def _excerpt(problem: Problem, files: dict[str, list[str]], columns: int) -> Iterator[str]:
    if problem.file not in files:
        try:
            text = Path(problem.file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        files[problem.file] = re.split(r"\r\n|\r|\n", text)
    lines = files[problem.file]
    if problem.line > len(lines):
        return
    number = f"{problem.line:>6}"
    shown, caret = excerpt(lines[problem.line - 1], problem.column, columns - len(f"{number} | "))
    yield f"{number} | {shown}"
    yield f"{' ' * len(number)} | {' ' * caret}^"


def as_json(problems: Sequence[Problem], environments: Sequence[str]) -> Iterator[str]:
    """One document: the environments that were checked, and the problems."""
    document = {
        "environments": list(environments),
        "problems": [asdict(problem) for problem in problems],
    }
    yield json.dumps(document, indent=2, ensure_ascii=False)


def as_github(problems: Sequence[Problem]) -> Iterator[str]:
    """Workflow commands that GitHub shows at the line of the file."""
    for problem in problems:
        place: Mapping[str, object] = {"file": problem.file}
        if problem.line:
            place = {**place, "line": problem.line, "col": problem.column}
        properties = {**place, "title": problem.path or "vectorform"}
        yield annotation(_LEVELS[problem.severity], problem.text, properties)


def counted(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    parts = []
    for severity in _LEVELS:
        count = sum(problem.severity == severity for problem in problems)
        if count:
            parts.append(f"{count:,} {severity}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "no problems"
