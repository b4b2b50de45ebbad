"""What the provider says to the user of Terraform: errors and warnings with the attribute they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

AttributePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message. `path`: attribute names, and the index of a list's element, from the outside in."""

    summary: str
    detail: str = ""
    path: AttributePath = ()
    severity: str = "error"


class ProviderError(Exception):
    """A failure to tell the user about. `state`, if set, is what exists nevertheless."""

    def __init__(self, diagnostic: Diagnostic, state: dict[str, Any] | None = None) -> None:
        super().__init__(diagnostic.summary)
        self.diagnostic = diagnostic
        self.state = state


@contextmanager
def keeping(state: dict[str, Any]) -> Iterator[None]:
    """What fails inside leaves `state` behind: Terraform marks the object as tainted, but knows of it."""
    try:
        yield
    except ProviderError as error:
        raise ProviderError(error.diagnostic, state) from error
