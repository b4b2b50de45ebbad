"""What the installed version would write into a project: what is unchanged since `init` follows."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vectorform import __version__, engine
from vectorform.errors import UserError
from vectorform.project import files, pin, record
from vectorform.project.create import Answers, values_of

# What a person goes on writing in: it is never written anew, and no difference of it is told.
_ONCE = (".gitignore", "README.md", "config/")


@dataclass(frozen=True, slots=True)
class Step:
    """One file. `edited`: it was changed since it was written, so it is left alone; `diff` has the rest."""

    path: str
    outcome: Literal["same", "renewed", "added", "edited"]
    diff: str = ""


class NoRecord(UserError):
    """The project was not made by `vectorform init`."""


def upgrade(root: Path, *, write: bool) -> list[Step]:
    """Bring the files of a project to the installed version; `write` False only tells. Raises UserError."""
    before = record.read(root)
    if before is None:
        raise NoRecord(f"{root} has no {record.RECORD}: `vectorform init` writes it with a new project")
    chosen = engine.chosen(root)
    light, deploying = pin.pins(), pin.pins(pin.deploying(chosen.framework))
    project, account_id, region, environment = (
        before.values[key] for key in ("project", "account_id", "region", "environment")
    )
    answers = Answers(project, account_id, region, environment, chosen)
    values = values_of(answers, light, deploying)
    texts = files.written(values, chosen)
    steps = [_step(root, before, path, text) for path, text in texts.items() if not path.startswith(_ONCE)]
    if write:
        for step in steps:
            if step.outcome in ("renewed", "added"):
                (root / step.path).parent.mkdir(parents=True, exist_ok=True)
                (root / step.path).write_text(texts[step.path], encoding="utf-8")
        for wheel in (*light.wheels, *deploying.wheels):
            (root / pin.WHEELS).mkdir(exist_ok=True)
            shutil.copy(wheel, root / pin.WHEELS / wheel.name)
        left = {step.path for step in steps if step.outcome == "edited"}
        renewed = record.text(__version__, values, {p: t for p, t in texts.items() if p not in left})
        (root / record.RECORD).write_text(renewed, encoding="utf-8")
    return steps


def outdated(root: Path) -> str | None:
    """The version that wrote the files of a project, where it is not the installed one."""
    before = record.read(root)
    return None if before is None or before.version == __version__ else before.version


def _step(root: Path, before: record.Record, path: str, text: str) -> Step:
    file = root / path
    if not file.exists():
        return Step(path, "added")
    try:
        current = file.read_bytes().decode()
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from error
    if files.digest(current) == files.digest(text):
        return Step(path, "same")
    if before.unchanged(root, path):
        return Step(path, "renewed", _diff(path, current, text))
    return Step(path, "edited", _diff(path, current, text))


def _diff(path: str, current: str, text: str) -> str:
    return "".join(_lines(path, current, text))


def _lines(path: str, current: str, text: str) -> Iterator[str]:
    lines = (current.splitlines(keepends=True), text.splitlines(keepends=True))
    for line in difflib.unified_diff(*lines, f"{path} (yours)", f"{path} (installed version)"):
        yield line if line.endswith("\n") else line + "\n"
