"""The one screen: waves, regions and how far they are, live, with the pause between waves."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import time
import tty
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from vectorform.rollout.progress import ACTIVE, Board, Phase, RegionProgress
from vectorform.rollout.report import outcome
from vectorform.wording import printable

_STYLES: dict[Phase, str] = {
    "waiting": "dim",
    "skipped": "dim",
    "held": "yellow",
    "planning": "cyan",
    "planned": "green",
    "applying": "bold cyan",
    "verifying": "magenta",
    "done": "green",
    "failed": "bold red",
    "stopped": "bold yellow",
}
_BAR = 12


class Screen:
    """Draws on stderr. Enter ends a pause, and so does the bake time if there is one."""

    def __init__(self, environment: str, bake: float | None, console: Console | None = None) -> None:
        """`bake` is in seconds, None to wait for a person."""
        self._environment = environment
        self._bake = bake
        self._board: Board | None = None
        self._message = "synthesizing"
        self._live = Live(
            console=console or Console(stderr=True), get_renderable=self.render, refresh_per_second=8
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._message = ""
        self._live.stop()

    def show(self, board: Board) -> None:
        """Draw this board from now on."""
        self._board, self._message = board, "Ctrl-C stops after the operations that Terraform has started"

    def observe(self, progress: RegionProgress) -> None:
        """Nothing to do: the screen is drawn several times a second."""

    def pause(self, wave: int) -> None:
        """Wait between two waves until Enter is pressed or the bake time is over."""
        before = self._message
        deadline = None if self._bake is None else time.monotonic() + self._bake
        with _keys():
            while deadline is None or time.monotonic() < deadline:
                self._message = _prompt(wave, deadline)
                if select.select([sys.stdin], [], [], 0.2)[0] and _enter():
                    break
        self._message = before

    def render(self) -> RenderableType:
        """The whole screen."""
        table = Table(box=None, pad_edge=False, expand=False)
        for heading in (self._environment, "region", ""):
            table.add_column(heading, no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("")
        before = 0
        for progress in self._board.all() if self._board else ():
            wave = f"wave {progress.wave}" if progress.wave != before else ""
            before = progress.wave
            clock = _clock(progress.seconds) if progress.started is not None else ""
            detail = (
                Text("", overflow="ellipsis", no_wrap=True)
                .append(_bar(progress))
                .append(_detail(progress), "dim")
            )
            table.add_row(wave, progress.region, Text(progress.phase, _STYLES[progress.phase]), clock, detail)
        return Group(table, Text(self._message, "bold")) if self._message else table


def _detail(progress: RegionProgress) -> str:
    if progress.problems:
        return printable(progress.problems[0].partition("\n")[0])
    return printable(progress.doing) if progress.phase in ACTIVE and progress.doing else outcome(progress)


def _bar(progress: RegionProgress) -> Text:
    if (
        progress.phase not in ("applying", "verifying")
        or progress.planned is None
        or not progress.planned.steps
    ):
        return Text("")
    filled = min(_BAR, _BAR * progress.applied // progress.planned.steps)
    return Text("━" * filled, "cyan") + Text("━" * (_BAR - filled) + " ", "dim")


def _prompt(wave: int, deadline: float | None) -> str:
    if deadline is None:
        return f"Enter starts wave {wave}; Ctrl-C stops the rollout here"
    left = max(0.0, deadline - time.monotonic())
    return f"wave {wave} starts in {_clock(left)}; Enter starts it now, Ctrl-C stops the rollout here"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _enter() -> bool:
    """Whether Enter was pressed. Raises KeyboardInterrupt when the terminal is gone."""
    pressed = os.read(sys.stdin.fileno(), 1024)  # not through sys.stdin: it would keep some for later
    if not pressed:
        raise KeyboardInterrupt
    return b"\n" in pressed or b"\r" in pressed


@contextlib.contextmanager
def _keys() -> Iterator[None]:
    """Read single keys, unechoed; what was typed before does not count."""
    settings = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, settings)
