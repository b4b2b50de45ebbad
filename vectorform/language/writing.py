"""Files that are replaced as a whole: there is the old text or the new one, never a part of either."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from vectorform.errors import UserError
from vectorform.wording import printable


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other commands of ours that read a file in it and write what they made of it.

    Waits for them: they need no longer than a check of the configuration. Raises OSError.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # gone with this process, however it ends
        yield
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Write a file beside `path`, then put it in its place. Line ends stay as they are in `text`.

    A file that exists keeps its permissions; where `path` is a link, what it leads to is replaced. Raises
    UserError when it cannot be written, for a full disk or a read-only checkout; the file is then as before.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
        handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), mode & 0o7777)
            Path(unfinished).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(unfinished).unlink()
            raise
    except OSError as error:
        shown = printable(path.name)
        raise UserError(
            f"{shown}: not written, and left as it was: {error.strerror} in {printable(str(target.parent))}"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
