"""What Terraform prints of a run in HCP Terraform: text, also with `-json`, and in colour with `-no-color`.

Terraform's source, internal/cloud: the run's page, what a run waits for, that the connection is lost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RUN = re.compile(r"https://\S+/runs/run-[A-Za-z0-9]+")
_WAITING = (
    "Waiting for ",
    "There was an error connecting to ",
    "Still trying to restore the connection",
)
_FRAME = "╷│╵ "


def plain(line: str) -> str:
    """A line without colours."""
    return _COLOUR.sub("", line)


def run_url(line: str) -> str | None:
    """The page of the run that Terraform has started, where a line names it."""
    found = _RUN.search(line)
    return found[0] if found else None


def waiting_for(line: str) -> str | None:
    """What Terraform says it waits for, if the line says so. That a run starts is no news."""
    starts = line.startswith(("Waiting for the plan to start", "Waiting for the apply"))
    if not line.startswith(_WAITING) or (starts and " elapsed)" not in line):
        return None
    return line.strip()


@dataclass
class Patience:
    """How long a run has waited for what others do, by the lines that Terraform prints every 30 s of it.

    `seconds` is the most that it may wait.
    """

    seconds: float
    _since: float | None = field(default=None, init=False)

    def ended(self, line: str) -> bool:
        """Whether it has waited too long with this line. Progress of a plan or an apply resets it."""
        if not line.startswith("Waiting for "):
            self._since = None if line.strip() else self._since
            return False
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        return now - self._since >= self.seconds


def error_in(lines: Sequence[str]) -> str:
    """What went wrong, of all that was printed: from the first error on, without the box around it.

    A run that fails has told its whole plan before. Without the word, all of it.
    """
    bare = [plain(line).strip(_FRAME) for line in lines]
    start = next((number for number, line in enumerate(bare) if line.startswith("Error: ")), 0)
    return "\n".join(bare[start:]).strip()
