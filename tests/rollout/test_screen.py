"""The live screen on a real pseudo-terminal, and what it draws at every width."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tests.paths import ROOT
from tests.processes.test_tied import wait_until
from tests.rollout.stage import PROD, Stage
from vectorform.rollout.progress import Board, Planned, RegionProgress
from vectorform.rollout.screen import Screen

PATIENCE_SECONDS = 60.0
# The command without its synth: the folders of the stage stand ready.
DRIVER = """
import fcntl, os, signal, sys, termios
from pathlib import Path
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from vectorform.processes import project
from tests.rollout.stage import PROD, Stage
from vectorform.cli.conducting import Wishes, roll_out
from vectorform.cli.output import Format
from vectorform.cli.rollout_end import show
stage = Stage(Path(sys.argv[1]), PROD)
os.environ["TERRAFORM_BINARY_NAME"] = str(stage.root / "terraform")
project.synth = lambda *_: stage.folders
regions = list(stage.board().all())
bake = int(sys.argv[2]) if sys.argv[2].isdigit() else None
wishes = Wishes(ask=sys.argv[2] == "ask", bake=bake)
ended = roll_out(stage.desired, stage.root, regions, wishes)
sys.exit(show(stage.desired, ended, wishes, Format.text))
"""


class Terminal:
    """A person at a terminal in front of a rollout."""

    def __init__(self, stage: Stage, argument: str = "") -> None:
        self.fd, line = pty.openpty()
        self.settings = termios.tcgetattr(line)
        variables = {name: value for name, value in os.environ.items() if name != "CI"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(stage.root), argument],
            stdin=line,
            stdout=line,
            stderr=line,
            cwd=ROOT,
            env={**variables, "TERM": "xterm-256color", "COLUMNS": "100", "TMPDIR": str(stage.root)},
            start_new_session=True,
        )
        self._line = line
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read on until a text has come since the last one that was waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} did not come:\n{self.seen}"
            ended = self.process.poll() is not None
            if select.select([self.fd], [], [], 0.2)[0]:
                self.seen += os.read(self.fd, 65536).decode(errors="replace")
            else:
                assert not ended, f"it ended without {text!r}:\n{self.seen}"
        self.seen = self.seen.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._line)
        os.close(self.fd)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage.built(tmp_path, PROD)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_enter_starts_the_next_wave_and_the_terminal_is_left_as_it_was(
    stage: Stage, terminals: list[Terminal]
) -> None:
    terminals.append(terminal := Terminal(stage))
    terminal.wait_for("Enter starts wave 2")
    assert not any("us-east-1" in call for call in stage.calls())
    terminal.type("x\n")
    terminal.wait_for("Enter starts wave 3")
    terminal.type("\n")
    terminal.wait_for("prod: 4 regions deployed and verified")
    assert terminal.process.wait(PATIENCE_SECONDS) == 0
    assert termios.tcgetattr(terminal._line) == terminal.settings


def test_nothing_is_applied_before_the_plans_were_shown_and_agreed_to(
    stage: Stage, terminals: list[Terminal]
) -> None:
    terminals.append(terminal := Terminal(stage, "ask"))
    terminal.wait_for("| added | index | `notes/pages` |")
    terminal.wait_for("Apply this to prod, account 123456789012? [y/N] ")
    assert sum(call.endswith("plan ends") for call in stage.calls()) == 4
    assert not any("apply" in call for call in stage.calls())
    terminal.type("y\n")
    terminal.wait_for("Enter starts wave 2")
    assert [call for call in stage.calls() if "apply" in call] == ["prod apply starts", "prod apply ends"]
    terminal.type("\x03")
    terminal.wait_for("prod: stopped by you after")
    terminal.wait_for("to continue: vectorform rollout prod --from us-east-1")


@pytest.mark.parametrize(
    ("answer", "says", "exit_code"),
    [("\n", "you did not confirm", 1), ("no\n", "you did not confirm", 1), ("\x03", "stopped by you", 130)],
)
def test_without_a_yes_nothing_is_applied(
    stage: Stage, terminals: list[Terminal], answer: str, says: str, exit_code: int
) -> None:
    terminals.append(terminal := Terminal(stage, "ask"))
    terminal.wait_for("[y/N] ")
    terminal.type(answer)
    terminal.wait_for(f"prod: {says}; nothing was applied")
    assert terminal.process.wait(PATIENCE_SECONDS) == exit_code
    assert not any("apply" in call for call in stage.calls())


def test_a_plan_that_nobody_has_seen_is_not_applied(stage: Stage, terminals: list[Terminal]) -> None:
    terminals.append(terminal := Terminal(stage, "ask"))
    terminal.wait_for("[y/N] ")
    stage.scene("eu-west-1", changes=[["update", "aws_iam_policy", 'access["app"]']])
    terminal.type("y\n")
    terminal.wait_for("has changed since you saw it")
    terminal.wait_for("vectorform rollout prod --from eu-west-1")
    assert terminal.process.wait(PATIENCE_SECONDS) == 1
    assert not any("apply" in call for call in stage.calls())


def test_where_a_plan_fails_there_is_no_question(stage: Stage, terminals: list[Terminal]) -> None:
    stage.scene("sa-east-1", plan_error={"summary": "Down", "detail": ""})
    terminals.append(terminal := Terminal(stage, "ask"))
    terminal.wait_for("prod: some regions could not be planned; nothing was applied")
    terminal.wait_for("roll out again: vectorform rollout prod\r\n")
    assert terminal.process.wait(PATIENCE_SECONDS) == 1
    assert not any("apply" in call for call in stage.calls())


def test_where_nothing_would_change_there_is_no_question(stage: Stage, terminals: list[Terminal]) -> None:
    for region in stage.desired.regions:
        stage.scene(region.name, changes=[])
    terminals.append(terminal := Terminal(stage, "ask"))
    terminal.wait_for("Enter starts wave 2")
    assert "[y/N]" not in terminal.seen


def test_ctrl_c_while_it_plans_is_no_failure(stage: Stage, terminals: list[Terminal]) -> None:
    stage.scene("eu-west-1", waiting="")
    terminals.append(terminal := Terminal(stage))
    wait_until(lambda: "prod plan starts" in stage.calls(), "it plans")
    terminal.wait_for("terraform plan")
    terminal.type("\x03")
    terminal.wait_for("prod: stopped by you; nothing was applied")
    terminal.wait_for("to start again: vectorform rollout prod")
    assert terminal.process.wait(PATIENCE_SECONDS) == 130
    assert "halted" not in terminal.seen and "put right" not in terminal.seen


def test_ctrl_c_in_a_pause_ends_the_rollout_there(stage: Stage, terminals: list[Terminal]) -> None:
    terminals.append(terminal := Terminal(stage))
    terminal.wait_for("Enter starts wave 2")
    terminal.type("\x03")
    terminal.wait_for("not started:  us-east-1, us-west-2, sa-east-1")
    terminal.wait_for("vectorform rollout prod --from us-east-1")
    assert terminal.process.wait(PATIENCE_SECONDS) == 130
    assert termios.tcgetattr(terminal._line) == terminal.settings


def test_the_bake_time_ends_a_pause_without_anybody(stage: Stage, terminals: list[Terminal]) -> None:
    terminals.append(terminal := Terminal(stage, "1"))
    terminal.wait_for("wave 2 starts in 0:0")
    terminal.wait_for("prod: 4 regions deployed and verified")
    assert terminal.process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize("width", [40, 80, 200])
def test_every_phase_is_drawn_at_every_width(width: int) -> None:
    board = Board(
        [
            RegionProgress("eu-west-1", "prod", 1, "done", Planned(4, 0, 0), 4, "", 10.0, 3672.5),
            RegionProgress("us-east-1", "prod-us-east-1", 2, "applying", Planned(40, 0, 0), 10, "create x"),
            RegionProgress(
                "us-west-2", "prod-us-west-2", 2, "failed", problems=("the verification\nfailed",)
            ),
            RegionProgress("sa-east-1", "prod-sa-east-1", 3, "held"),
        ]
    )
    console = Console(width=width, force_terminal=False, file=io.StringIO())
    screen = Screen("prod", None, console)
    screen.show(board)
    console.print(screen.render())
    text = console.file.getvalue()  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert all(len(line) <= width for line in lines)
    assert sum("wave" in line for line in lines) == 3
    for words in (
        ("eu-west-1", "done"),
        ("us-east-1", "applying"),
        ("us-west-2", "failed"),
        ("sa-east", "held"),
    ):
        assert any(all(word in line for word in words) for line in lines), text
    if width == 200:
        assert "4 added" in text and "1:01:02" in text and "━━━" in text
