"""A report as text for people and programs: one module per format, each a pure `render` function.

A format is a line of `Format` and a module of that name here; `vectorform verify --format` offers it then.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from vectorform.verifier.report import Report


class Format(StrEnum):
    """What a report is printed as; the value is the name of the module."""

    text = "text"
    json = "json"
    junit = "junit"
    markdown = "markdown"
    github = "github"
    sarif = "sarif"
    html = "html"

    @property
    def render(self) -> Callable[[Report], str]:
        """The function that makes a text of a report; only the module of this format is imported."""
        return cast("Callable[[Report], str]", import_module(f"{__name__}.{self.value}").render)
