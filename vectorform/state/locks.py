"""The description of a lock: what Terraform writes into one, and what to say of one that somebody holds.

Terraform's own form (its internal/states/statemgr, LockInfo): it tells who holds the lock, and since when.
"""

from __future__ import annotations

import getpass
import json
import socket
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vectorform import engine
from vectorform.check import Check


def lock_text(path: str) -> bytes:
    """A lock that `vectorform backend check` takes on the state at `path`."""
    return json.dumps(
        {
            "ID": str(uuid.uuid4()),
            "Operation": "vectorform backend check",
            "Info": "",
            "Who": f"{getpass.getuser()}@{socket.gethostname()}",
            "Version": "",
            "Created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "Path": path,
        }
    ).encode()


def holder(text: bytes) -> Mapping[str, Any]:
    """What a lock says of who holds it; nothing where it is not readable."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def unlock(stack: str, held_by: Mapping[str, Any]) -> str:
    """The command that breaks a lock."""
    return f"{engine.binary()} -chdir=cdktf.out/stacks/{stack} force-unlock {held_by.get('ID', 'ID')}"


def held(stack: str, text: bytes) -> Check:
    """What to say of a lock that somebody else has."""
    by = holder(text)
    what = f"{stack}: the state is locked by {by.get('Who', 'someone')}"
    what += f" since {by['Created']}" if "Created" in by else ""
    return Check("wrong", what, f"wait for that deploy; if it no longer runs: {unlock(stack, by)}")


def taken(stack: str) -> Check:
    """A lock was taken, and a second one was refused."""
    return Check("fine", f"{stack}: a lock can be taken, and a second one is refused")


def taken_twice(stack: str, fix: str) -> Check:
    """The place has locks that hold nobody off."""
    what = f"{stack}: the store grants a second lock: two simultaneous deploys would not be refused"
    return Check("wrong", what, fix)
