"""Nothing outlives the one who started it: real processes, really killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rehearsal.projects import VECTORFORM, copy_of_the_shipped, plain_environment
from vectorform.processes.tied import run_tied

PATIENCE_SECONDS = 180.0
_RUN_TIED = """
import os, sys
from pathlib import Path
from vectorform.processes.tied import run_tied
sys.exit(run_tied(sys.argv[1:], cwd=Path.cwd(), environment=os.environ))
"""
# A command with a child of its own; both say that they are there.
_CHILD = "import time; time.sleep(600)"
_PARENT = f"""
import os, pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}])
pathlib.Path("child").write_text(str(child.pid))
pathlib.Path("parent").write_text(str(os.getpid()))
child.wait()
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s in vain until {what}"
        time.sleep(0.02)


def start_family(folder: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    starter = subprocess.Popen(
        [sys.executable, "-c", _RUN_TIED, sys.executable, "-c", _PARENT],
        cwd=folder,
        env=plain_environment(),
        stderr=subprocess.DEVNULL,
    )
    pids = [folder / "parent", folder / "child"]
    wait_until(lambda: all(p.exists() and p.read_text().strip() for p in pids), "the family has started")
    return starter, [int(p.read_text()) for p in pids]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_command_and_its_children_end_with_the_one_who_started_them(tmp_path: Path, number: int) -> None:
    starter, family = start_family(tmp_path)
    starter.send_signal(number)
    starter.wait(PATIENCE_SECONDS)
    wait_until(lambda: not any(alive(pid) for pid in family), "the family has ended")


def test_children_end_when_the_command_itself_is_killed(tmp_path: Path) -> None:
    starter, (parent, child) = start_family(tmp_path)
    os.kill(parent, signal.SIGKILL)
    assert starter.wait(PATIENCE_SECONDS) == 128 + signal.SIGKILL
    wait_until(lambda: not alive(child), "the child has ended")


def test_the_exit_code_and_the_output_are_the_commands(tmp_path: Path) -> None:
    with (tmp_path / "output").open("w+") as output:
        command = ["sh", "-c", "echo said; exit 7"]
        code = run_tied(command, cwd=tmp_path, environment=os.environ, output=output.fileno())
        output.seek(0)
        assert (code, output.read()) == (7, "said\n")


@pytest.mark.long
@pytest.mark.toolchain
def test_a_rehearsal_killed_in_the_middle_of_an_apply_leaves_no_process(tmp_path: Path) -> None:
    project = copy_of_the_shipped(tmp_path / "project")
    with (tmp_path / "log").open("w") as log:
        rehearsal = subprocess.Popen(
            [*VECTORFORM, "rehearse", "dev"],
            cwd=project.path,
            env=plain_environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    mark = str(project.path)
    wait_until(lambda: "Creating..." in (tmp_path / "log").read_text(), "Terraform has begun to apply")
    assert len(processes_about(mark)) >= 3
    rehearsal.kill()
    rehearsal.wait()
    wait_until(lambda: not processes_about(mark), "nothing of it runs any more")
    again = project.vectorform("rehearse", "dev")
    assert again.returncode == 0, again.stderr


def processes_about(mark: str) -> list[int]:
    """Processes that work in the folder, or were told of it by their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if pid == os.getpid():
            continue
        try:
            about = str((process / "cwd").readlink()).startswith(mark) or mark in (
                process / "environ"
            ).read_bytes().decode(errors="replace")
        except OSError:
            continue
        if about and alive(pid):
            found.append(pid)
    return found
