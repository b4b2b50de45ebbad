"""A new project in a folder: every file at once, and none that exists is touched."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vectorform import __version__
from vectorform.engine import Engine
from vectorform.errors import UserError
from vectorform.project import files, pin, record

_UNDECIDED = Engine()


@dataclass(frozen=True, slots=True)
class Answers:
    """What must be known of a new project; checked by the rules of the YAML once it is written."""

    project: str
    account_id: str
    region: str
    environment: str
    engine: Engine = _UNDECIDED


class Occupied(UserError):
    """Files of the new project exist already."""

    exit_code = 1


def create(folder: Path, answers: Answers) -> list[Path]:
    """Write the project; returns what was written, sorted.

    Raises Occupied, before anything is written, if a file exists; UserError if one cannot be written.
    """
    light, deploying = pin.pins(), pin.pins(pin.deploying(answers.engine.framework))
    values = values_of(answers, light, deploying)
    texts = files.written(values, answers.engine)
    texts[record.RECORD] = record.text(__version__, values, texts)
    wheels = {f"{pin.WHEELS}/{wheel.name}": wheel for wheel in (*light.wheels, *deploying.wheels)}
    taken = sorted(path for path in (*texts, *wheels) if (folder / path).exists())
    if taken:
        raise Occupied(
            f"{folder} has {', '.join(taken)} already: nothing was written; name another folder, or update "
            "a project with `vectorform upgrade`"
        )
    try:
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        for path, wheel in wheels.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheel, folder / path)
    except OSError as error:
        raise UserError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return [folder / path for path in sorted((*texts, *wheels))]


def values_of(answers: Answers, light: pin.Pin, deploying: pin.Pin) -> Mapping[str, str]:
    """What fills the templates."""
    return {
        "project": answers.project,
        "account_id": answers.account_id,
        "region": answers.region,
        "environment": answers.environment,
        "light": "\n".join(light.lines),
        "deploying": "\n".join(deploying.lines),
    }
