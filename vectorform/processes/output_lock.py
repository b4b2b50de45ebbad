"""One at a time in an output folder: the cdktf command line works in it long after the app has ended.

Two of them at once would read manifests and stacks that the other is just writing, and remove each other's
folders. So a synth holds a lock in the folder. The app does so for the cdktf process that started
it: a small process of its own keeps the lock until that one has ended. Another folder has another lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from vectorform.errors import UserError
from vectorform.processes.ancestry import Process, ancestors, this_process
from vectorform.wording import printable

# In the environment of children that are part of the undertaking: the folder that it holds.
HELD = "VECTORFORM_HOLDS_OUTPUT"
_FILE = ".lock"
_RETRY_SECONDS = 0.2
Tell = Callable[[str], None]


class Abandoned(Exception):
    """Who wanted the folder has ended meanwhile."""


@contextlib.contextmanager
def held(folder: Path, tell: Tell) -> Iterator[dict[str, str]]:
    """The folder for this process and its children, whose environments have to contain what is yielded.

    Waits for others, and lets `tell` say for whom. Raises UserError where the folder cannot be written.
    """
    if _is_ours(folder):
        yield {HELD: os.environ[HELD]}
        return
    lock = _acquire(folder, this_process(), tell)
    try:
        yield {HELD: os.path.realpath(folder)}
    finally:
        if lock is not None:
            os.close(lock)


def hold_for_cdktf(folder: Path, tell: Tell) -> None:
    """The folder until the cdktf process that started this one has ended; without one, until this one ends.

    To be called while this process has one thread, since it forks. Raises UserError where the folder cannot
    be written, Abandoned when cdktf ends while this one waits.
    """
    if _is_ours(folder):
        return
    cdktf = _cdktf()
    lock = _acquire(folder, cdktf or this_process(), tell)
    if cdktf is None or lock is None:
        return
    if os.fork() == 0:
        _keep_until_end(lock, cdktf)
    os.close(lock)


def started_by_cdktf() -> bool:
    """Whether the cdktf command line started this process, and decides what of its output is shown."""
    return _cdktf() is not None


def _cdktf() -> Process | None:
    return next((process for process in ancestors() if process.is_cdktf), None)


def _keep_until_end(lock: int, process: Process) -> None:
    """The life of the holder: nothing but the lock, no terminal, no pipe that somebody reads to its end."""
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        for descriptor in range(3, 256):
            if descriptor != lock:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        process.wait()
    finally:
        os._exit(0)


def _is_ours(folder: Path) -> bool:
    return os.environ.get(HELD) == os.path.realpath(folder)


def _acquire(folder: Path, owner: Process, tell: Tell) -> int | None:
    """The descriptor of the lock; None where `owner` has it already (`cdktf watch` starts the app again)."""
    path = folder / _FILE
    told = ""
    while True:
        lock = _opened(path)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _record(lock)
            os.close(lock)
        except OSError as error:  # a file system without locks
            tell(f"{printable(str(path))} cannot be locked ({error.strerror}): start no other cdktf here")
            return lock
        else:
            if _is_still(path, lock):
                _write(lock, owner)
                return lock
            os.close(lock)  # somebody has removed the folder meanwhile
            continue
        if other.get("pid") == owner.pid and other.get("started") == owner.started:
            return None
        if not owner.runs():
            raise Abandoned
        if other and told != other["said"]:
            told = str(other["said"])
            tell(f"{printable(folder.name)}: waiting for {told}; CDKTF_OUTPUT=FOLDER works in parallel")
        time.sleep(_RETRY_SECONDS)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise UserError(
            f"{printable(str(path.parent))}: nothing can be written there: {error.strerror}; "
            "work in your own checkout, or name another folder: CDKTF_OUTPUT=FOLDER"
        ) from error


def _is_still(path: Path, lock: int) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(lock))
    return False


def _record(lock: int) -> dict[str, object]:
    """Who holds it, as it has written; empty while it has not."""
    with contextlib.suppress(OSError, ValueError):
        record = json.loads(os.pread(lock, 65536, 0))
        if isinstance(record, dict) and "said" in record:
            return record
    return {}


def _write(lock: int, owner: Process) -> None:
    since = datetime.now().strftime("%H:%M:%S")
    said = f"`{printable(owner.shown)}` (process {owner.pid}, since {since})"
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps({**asdict(owner), "said": said}).encode(), 0)
