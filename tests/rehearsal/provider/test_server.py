from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorform.rehearsal.provider.server import socket_directory

START = [sys.executable, "-m", "vectorform.rehearsal.provider"]
CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Short, as pytest's own directories are not: a socket's path has 103 bytes."""
    with tempfile.TemporaryDirectory(prefix="vf-", dir="/tmp") as directory:
        yield Path(directory)


@pytest.fixture
def environment(temporary: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "TF_PLUGIN_MAGIC_COOKIE": "anything",
        "TMPDIR": str(temporary),
    }


@pytest.fixture
def parent(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the provider as its child, as Terraform does, and says the child's id first."""
    script = f"{' '.join(START)} & echo $!; wait"
    process = subprocess.Popen(
        ["/bin/sh", "-c", script], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout
    process.stdout.close()


def ended(pid: int, within: float) -> bool:
    """Whether the process ends in time. One that nobody has waited for yet has ended as well."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            status = Path(f"/proc/{pid}/stat")
            if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_it_shakes_hands_and_outlives_no_parent(parent: subprocess.Popen[str], temporary: Path) -> None:
    assert parent.stdout
    provider = int(parent.stdout.readline())
    core, protocol, network, socket, kind, certificate = parent.stdout.readline().strip().split("|")
    assert (core, protocol, network, kind) == ("1", "6", "unix", "grpc")
    assert Path(socket).is_socket()
    assert Path(socket).is_relative_to(temporary)
    assert Path(socket).parent.stat().st_mode & 0o077 == 0
    assert len(certificate) > 300

    os.kill(provider, signal.SIGINT)  # Ctrl-C is Terraform's business
    assert not ended(provider, within=0.3)
    parent.kill()
    assert ended(provider, within=10)
    assert not list(temporary.iterdir())


def test_it_tells_people_that_they_are_not_terraform() -> None:
    bare = {key: value for key, value in os.environ.items() if key != "TF_PLUGIN_MAGIC_COOKIE"}
    done = subprocess.run(
        START, env={**bare, "PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "vectorform rehearse" in done.stderr


def test_a_deep_temporary_directory_is_no_place_for_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    directory = Path(socket_directory())
    try:
        assert len(f"{directory}/socket") < 103
        assert directory.stat().st_mode & 0o077 == 0
        assert not list(deep.iterdir())
    finally:
        directory.rmdir()
