"""Annotations of GitHub Actions: lines of a log that GitHub shows at a line of a file.

Syntax: GitHub documentation, "Workflow commands for GitHub Actions"; escapes: actions/toolkit, command.ts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Level = Literal["error", "warning", "notice"]


def annotation(level: Level, message: str, properties: Mapping[str, object]) -> str:
    """One workflow command in one line. `properties` are `file`, `line`, `col` and `title`, any of them."""
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {shown}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
