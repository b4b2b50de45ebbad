"""Problems of a configuration as text, JSON, GitHub annotations or SARIF."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from vectorform.annotations import Level, annotation
from vectorform.cli.screen_lines import coloured, excerpt, wrapped
from vectorform.language.problems import Problem

_ANNOTATIONS: Mapping[str, Level] = {"error": "error", "warning": "warning", "hint": "notice"}
_LEVELS: Mapping[str, Literal["error", "warning", "note"]] = {
    "error": "error",
    "warning": "warning",
    "hint": "note",
}


def seen_from(problems: Sequence[Problem], root: Path, folder: Path) -> list[Problem]:
    """The problems with their files relative to `folder`, so that an editor or a terminal can open them."""
    return [
        replace(problem, file=Path(os.path.relpath(root / problem.file, folder)).as_posix())
        for problem in problems
    ]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked and what was found. `complete`: everything could be read."""

    problems: Sequence[Problem]
    environments: Sequence[str]
    complete: bool = True


def as_text(checked: Checked) -> Iterator[str]:
    """One line for each problem; on a terminal also the line of the file and a caret below the place."""
    lines: dict[str, list[str]] = {}
    columns = shutil.get_terminal_size().columns
    excerpts = sys.stdout.isatty()
    for problem in checked.problems:
        yield from wrapped(coloured(problem), columns) if excerpts else [str(problem)]
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


def as_json(checked: Checked) -> Iterator[str]:
    """One document: the environments that were checked, and the problems."""
    document = {
        "environments": list(checked.environments),
        "problems": [asdict(problem) for problem in checked.problems],
    }
    yield json.dumps(document, indent=2, ensure_ascii=False)


def as_github(checked: Checked) -> Iterator[str]:
    """Workflow commands that GitHub shows at the line of the file."""
    for problem in checked.problems:
        place: Mapping[str, object] = {"file": problem.file}
        if problem.line:
            place = {**place, "line": problem.line, "col": problem.column}
        title = f"{problem.rule} {problem.path}".rstrip()
        yield annotation(_ANNOTATIONS[problem.severity], problem.text, {**place, "title": title})


def as_sarif(checked: Checked) -> Iterator[str]:
    """A SARIF log: each problem at its place, and the page of each rule that is broken."""
    from vectorform import sarif
    from vectorform.language.rules.pages import all_rules, as_markdown, page

    known = all_rules()
    broken = dict.fromkeys(sorted(problem.rule for problem in checked.problems))
    rules = [
        sarif.Rule(id, page(known[id]).title, help_text=as_markdown(page(known[id])))
        if id in known
        else sarif.Rule(id, f"a rule of a package: {id}")
        for id in broken
    ]
    results = (
        sarif.Result(
            rule=problem.rule,
            level=_LEVELS[problem.severity],
            message=problem.text,
            file=problem.file,
            line=problem.line,
            column=problem.column,
            identity=(problem.file, problem.path, problem.message),
            names=[problem.path] if problem.path else (),
        )
        for problem in checked.problems
    )
    yield sarif.log("validate", rules, results, checked.complete).rstrip("\n")


FORMATS: Mapping[str, Callable[[Checked], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def counted(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    parts = []
    for severity in _ANNOTATIONS:
        count = sum(problem.severity == severity for problem in problems)
        if count:
            parts.append(f"{count:,} {severity}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "no problems"
