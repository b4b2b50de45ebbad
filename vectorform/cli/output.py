"""JSON on stdout: what `--format json` of a command prints, one object, as in schemas/output/."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer


class Format(StrEnum):
    """How a command says what it found."""

    text = "text"
    json = "json"


def print_json(document: object) -> None:
    """Print an object: a mapping or one of our dataclasses."""
    typer.echo(json.dumps(plain(document), indent=2, ensure_ascii=False))


def plain(value: Any) -> Any:
    """A value as JSON has it: a dataclass is an object of its fields, a set a sorted list."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value) if isinstance(value, Path) else value
