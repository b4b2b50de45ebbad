"""A local state: a file in the project's folder. The file system says when, and whose it is."""

from __future__ import annotations

import pwd
from datetime import UTC, datetime
from pathlib import Path

from vectorform.check import Check
from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment, Region
from vectorform.state.content import read_file, shown
from vectorform.state.interrupted import running
from vectorform.state.status.seen import Seen, lock_of, recorded
from vectorform.state.unsound import encrypted_advice


def look(environment: Environment, region: Region, folder: Path) -> Seen:
    """The state in `folder`. `interrupted` and `unsound` report what is wrong with it."""
    path = folder / LOCAL_STATE.format(stack=environment.stack_id(region))
    content = read_file(path)
    holder = running(path)
    lock = lock_of(holder) if holder is not None else None
    if content.kind in ("none", "damaged"):
        return Seen(content.kind, lock=lock)
    about = path.stat()
    written = datetime.fromtimestamp(about.st_mtime, UTC)
    by = _owner(about.st_uid)
    if content.kind == "encrypted":
        check = Check("unknown", f"{shown(path)}: it is encrypted by OpenTofu", encrypted_advice(environment))
        return Seen("encrypted", written, by, lock=lock, checks=(check,))
    _, found = recorded(path.read_bytes())
    return Seen("read", written, by, recorded=found, lock=lock)


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
