"""Run a command so that nothing of it outlives the one who started it, however that one ends.

Between the two stands a small supervisor, `python -m vectorform.processes.tied GRACE OUTPUT COMMAND...`.
It runs the command in a process group of its own and holds a pipe from its parent: when the pipe closes, the
group is interrupted, once, so that Terraform can write its state, and killed if it has not ended after GRACE
seconds.
The same when the command ends but leaves children behind (cdktf killed while Terraform runs).

Output that the parent reads goes through the supervisor, which keeps reading when the parent is gone.
Written straight into the parent's pipe, Terraform's next line would kill it (SIGPIPE) before it has saved
its state.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 20.0
_INHERITED, _RELAYED = "inherited", "relayed"
_REPOSITORY = Path(__file__).resolve().parents[2]


class Tied:
    """A running command that ends when this process does, or earlier on request."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        output: int | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Start it. Its stdout goes to the file descriptor `output`; subprocess.PIPE takes stderr along.

        Interrupted, it has `grace` seconds to end. Raises OSError when the supervisor cannot be started.
        """
        piped = output == subprocess.PIPE
        handling = _RELAYED if piped else _INHERITED
        self._supervisor = subprocess.Popen(
            # Without `site` it starts in half the time: it needs nothing that is installed.
            [sys.executable, "-S", "-m", "vectorform.processes.tied", str(grace), handling, *command],
            cwd=cwd,
            env={**environment, "PYTHONPATH": _importing(environment)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT if piped else None,
            start_new_session=True,  # Ctrl-C reaches it through us, once
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def lines(self) -> Iterator[str]:
        """The lines of its output as they come, until the last process that can write any has ended."""
        assert self._supervisor.stdout is not None
        with self._supervisor.stdout as stdout:
            for line in stdout:
                yield line.rstrip("\n")

    def interrupt(self) -> None:
        """Tell it to end; it may take its grace. Further calls change nothing."""
        assert self._supervisor.stdin is not None
        self._supervisor.stdin.close()

    def wait(self) -> int:
        """Its exit code, once it and everything that it started have ended."""
        return self._supervisor.wait()


def run_tied(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], output: int | None = None
) -> int:
    """Run `command` to its end and return its exit code; interrupt it when this process is interrupted.

    Its stdout goes to the file descriptor `output`. On KeyboardInterrupt it is ended before that is raised.
    """
    tied = Tied(command, cwd=cwd, environment=environment, output=output)
    try:
        return tied.wait()
    finally:
        tied.interrupt()
        with contextlib.suppress(KeyboardInterrupt):
            tied.wait()


def _importing(environment: Mapping[str, str]) -> str:
    others = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    return os.pathsep.join([str(_REPOSITORY), *others])


class _Group:
    """The process group of a command, which is interrupted at most once: Terraform gives up at the second."""

    def __init__(self, leader: int, grace: float) -> None:
        self._leader = leader
        self._grace = grace
        self._deadline: float | None = None
        self._lock = threading.RLock()  # the signal handler may come while its own thread holds it

    def end(self) -> None:
        """Interrupt the group, and kill what is left of it after the grace."""
        with self._lock:
            if self._deadline is None:
                self._deadline = time.monotonic() + self._grace
                self._signal(signal.SIGINT)
        while self._signal(0):
            if time.monotonic() > self._deadline:
                self._signal(signal.SIGKILL)
                return
            time.sleep(0.05)

    def _signal(self, number: int) -> bool:
        """Send a signal; False when no process is left in the group."""
        try:
            os.killpg(self._leader, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def main(grace: float, output: str, command: Sequence[str]) -> int:
    """Supervise `command` until it and everything it started have ended; return its exit code."""
    relayed = output == _RELAYED
    # A shell has its background jobs ignore Ctrl-C, which children inherit: they could not be interrupted.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if relayed else None,
            stderr=subprocess.STDOUT if relayed else None,
            start_new_session=True,
        )
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    group = _Group(child.pid, grace)
    threading.Thread(target=_end_with_stdin, args=(group,), daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: group.end())
    relay = threading.Thread(target=_relay, args=(child,))
    relay.start()
    exit_code = child.wait()
    group.end()
    relay.join()
    return exit_code if exit_code >= 0 else 128 - exit_code


def _relay(child: subprocess.Popen[bytes]) -> None:
    """Pass the command's output on, and read it to its end also when nobody takes it any more."""
    if child.stdout is None:
        return
    with child.stdout as output:
        while chunk := os.read(output.fileno(), 65536):
            with contextlib.suppress(BrokenPipeError):
                _write_all(chunk)


def _write_all(chunk: bytes) -> None:
    """Unbuffered: what could not be written must not come up again when this process ends."""
    while chunk:
        chunk = chunk[os.write(1, chunk) :]


def _end_with_stdin(group: _Group) -> None:
    while os.read(0, 1024):
        pass
    group.end()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2], sys.argv[3:]))
