"""One Terraform command in the folder of a stack, told line by line.

Terraform's own words for programs: documentation, "Machine-Readable UI" (`-json`, version 1.x).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vectorform.processes.children import Children
from vectorform.processes.remote_runs import error_in, plain

Event = dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """How a command ended, and when it ran by the monotonic clock.

    `errors` are Terraform's diagnostics or, without any, its other output.
    """

    exit_code: int
    started: float
    ended: float
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform or OpenTofu for one stack. `binary` is the command, found."""

    binary: str
    folder: Path
    children: Children

    @property
    def name(self) -> str:
        """The command as messages name it."""
        return Path(self.binary).name

    def run(
        self,
        *arguments: str,
        on_event: Callable[[Event], None] = lambda _: None,
        on_line: Callable[[str], bool] = lambda _: False,
    ) -> Outcome:
        """Run a command to its end; `on_event` gets each of its JSON lines, `on_line` every other one.

        Once `on_line` says yes, the command is interrupted.

        Raises children.Stopped.
        """
        start = time.monotonic()
        child = self.children.start([self.binary, *arguments], cwd=self.folder)
        errors: list[str] = []
        other: list[str] = []
        for line in child.lines():
            event = _event(line)
            if event is None:
                other.append(line)
                if on_line(plain(line)):
                    child.interrupt()
                continue
            if event.get("type") == "diagnostic" and event.get("@level") == "error":
                errors.append(diagnostic(event.get("diagnostic", {})))
            on_event(event)
        exit_code = self.children.finish(child)
        if exit_code != 0 and not errors:
            errors = [error_in(other) or f"{self.name} {arguments[0]} ended with exit code {exit_code}"]
        return Outcome(exit_code, start, time.monotonic(), errors)

    def json(self, *arguments: str) -> str:
        """The JSON object that a command prints, empty if it prints none.

        Words may stand before it: Terraform writes "There was an error connecting to HCP Terraform" where its
        data goes. Raises children.Stopped, and RuntimeError when the command fails.
        """
        child = self.children.start([self.binary, *arguments], cwd=self.folder)
        lines = list(child.lines())
        if self.children.finish(child) != 0:
            raise RuntimeError(error_in(lines))
        return _object("\n".join(lines))


def _object(text: str) -> str:
    """The first JSON object that begins a line, without the words around it; "" if none does."""
    start = 0 if text.startswith("{") else text.find("\n{") + 1
    if not text.startswith("{", start):
        return ""
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return text[start:]  # whoever reads it can say what it should have been
    return text[start:end]


def diagnostic(body: Event) -> str:
    """A diagnostic as one text: what, where, why."""
    address = f"{body['address']}: " if body.get("address") else ""
    return f"{address}{body.get('summary', '')}\n{body.get('detail', '')}".strip()


def address_of(event: Event) -> str:
    """The address of the resource that an event with a hook is about."""
    return str(event["hook"]["resource"]["addr"])


def _event(line: str) -> Event | None:
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
