"""What a hand at a terminal meets: help, completion, colours, 80 columns, Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.cli.terminal import run, run_on_a_terminal
from tests.language.projects import SOUND, project
from tests.paths import ROOT
from tests.processes.test_tied import wait_until
from tests.rehearsal.projects import BIN
from vectorform.cli.app import app
from vectorform.cli.failures import of_ctrl_c
from vectorform.cli.screen_lines import coloured, excerpt
from vectorform.desired.backends import REHEARSAL_APP
from vectorform.language.problems import Problem

COMMANDS = typer.main.get_command(app)


def _usages() -> list[str]:
    names = [[name] for name in COMMANDS.commands]  # type: ignore[attr-defined]
    for group in ("new", "backend"):
        names += [[group, name] for name in COMMANDS.commands[group].commands]  # type: ignore[attr-defined]
        names.remove([group])
    return [" ".join(name) for name in names]


@pytest.mark.parametrize(("group", "command"), [((), "plan-summary"), (("new",), "access")])
def test_no_summary_in_the_help_is_cut(group: tuple[str, ...], command: str, tmp_path: Path) -> None:
    text = run(tmp_path, *group, "--help", COLUMNS="80").stdout
    assert f"\n  {command} " in text and "..." not in text.partition("Commands:")[2]
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", _usages())
def test_an_environment_is_written_env_everywhere(command: str, tmp_path: Path) -> None:
    command_line = COMMANDS
    for part in command.split():
        command_line = command_line.commands[part]  # type: ignore[attr-defined]
    for parameter in command_line.params:
        if parameter.param_type_name == "argument":
            text = parameter.make_metavar(typer.Context(command_line))
            assert "environment" not in text.lower(), text
            assert text.strip("[]{}.").isupper() or "." in text or ":" in text, text


@pytest.mark.parametrize(
    ("line", "proposals"),
    [
        ("vectorform explain d", ["dev"]),
        ("vectorform validate dev ", ["dev", "prod"]),
        ("vectorform adopt prod", ["prod", "prod-us-east-1"]),
        ("vectorform retire dev main/", ["main/episodes"]),
        ("vectorform verify prod --region us", ["us-east-1"]),
        ("vectorform retire nothing ", []),
    ],
)
def test_completion(line: str, proposals: list[str], tmp_path: Path) -> None:
    prod = SOUND.replace("name: main", "name: prod-main").replace(
        "[ap-southeast-2]", "[ap-southeast-2, us-east-1]"
    )
    root = project(tmp_path, dev=SOUND, prod=prod)
    words = line.split(" ")
    done = run(
        root,
        _VECTORFORM_COMPLETE="complete_bash",
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
    )
    assert done.stderr == ""
    assert done.stdout.split() == proposals


def test_the_excerpt_of_a_long_line_has_the_caret_below_its_place() -> None:
    line = f"    name: {'x' * 200}WRONG{'y' * 200}"
    column = line.index("WRONG") + 1
    text, caret = excerpt(line, column, 71)
    assert len(text) <= 71 and text[caret : caret + 5] == "WRONG"
    assert text.startswith("...") and text.endswith("...")


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("a: 日本 x", 7, "x"),  # wide: two cells each
        ("a:\u00a0x", 4, "x"),  # escaped: six cells
        ("\ta: x", 5, "x"),
        ("short", 9, ""),
    ],
)
def test_the_caret_counts_cells(line: str, column: int, shown: str) -> None:
    text, caret = excerpt(line, column, 71)
    wide = "".join(c + "\0" * (ord(c) > 0x2E80) for c in text)
    assert wide[caret : caret + 1] == shown


def test_colours_and_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem("VF001", "config/dev.yaml", 1, 2, "a.b", "is wrong", severity="warning")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert coloured(problem) == ("config/dev.yaml:1:2: \x1b[1;33mwarning\x1b[0m: a.b: is wrong [VF001]")
    monkeypatch.setenv("NO_COLOR", "1")
    assert coloured(problem) == str(problem)


def test_explain_fits_a_terminal(tmp_path: Path) -> None:
    key = "a-key-of-an-index-that-is-long-enough-to-be-a-nuisance"
    root = project(tmp_path, dev=SOUND.replace("episodes:", f"{key}:").replace("[episodes]", f"[{key}]"))
    shown = run_on_a_terminal(root, "explain", "dev")
    assert max(map(len, shown.splitlines())) <= 80
    (root / "config" / "dev.yaml").write_text(shown)
    assert run(root, "validate", "dev").returncode == 0


def test_a_plan_from_stdin(tmp_path: Path) -> None:
    plan = '{"format_version": "1.2", "planned_values": {}, "resource_changes": []}'
    done = run(tmp_path, "plan-summary", "-", "--stack", "dev", stdin=plan)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("## Plan: no changes") and "`dev`" in done.stdout


def test_ctrl_c_while_it_is_imported_leaves_no_traceback() -> None:
    code = "import os, signal, vectorform.start\nos.kill(os.getpid(), signal.SIGINT)\nprint('it went on')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_ctrl_c_while_a_class_is_made_is_no_bug_of_ours() -> None:
    class Interrupted:
        def __set_name__(self, *_: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, RuntimeError)) as raised:
        type("Made", (), {"member": Interrupted()})
    assert of_ctrl_c(raised.value) and not of_ctrl_c(RuntimeError("another"))


@pytest.mark.parametrize("program", [["main.py"], ["-m", REHEARSAL_APP]])
def test_ctrl_c_while_it_synthesizes_leaves_no_traceback(program: list[str], tmp_path: Path) -> None:
    node, real = tmp_path / "node", shutil.which("node", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    node.write_text(f'#!/bin/sh\n: > "{tmp_path}/started"\nexec "{real}" "$@"\n')
    node.chmod(0o755)
    surroundings = {**os.environ, "CDKTF_OUTDIR": str(tmp_path / "out"), "JSII_NODE": str(node)}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, *program], cwd=ROOT, env=surroundings, **pipes) as synth:
        # Before `vectorform.start` is imported, a Ctrl-C is Python's own to report.
        wait_until((tmp_path / "started").exists, "it has started Node")
        synth.send_signal(signal.SIGINT)
        assert synth.communicate(timeout=30) == ("", "")
        assert synth.returncode == -signal.SIGINT


def test_a_shell_that_ignores_ctrl_c_is_obeyed() -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "import vectorform.start\n"
        "print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n"
