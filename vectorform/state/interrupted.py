"""Applies that were killed: what they made last may be in AWS and not in the state.

Terraform and OpenTofu keep a description of the lock next to a local state (`.NAME.lock.info`) and remove it
with the lock. A killed process leaves it there, while the operating system gives the lock itself back.
OpenTofu writes a local state every 20 s only, so that much more than one creation may be missing from it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.content import shown
from vectorform.state.unsound import local_states

_CHANGES_NOTHING = {"OperationTypePlan", "OperationTypeRefresh"}


def interrupted(environment: Environment, folder: Path) -> Iterator[Check]:
    """The stacks whose last apply was killed, until another one has held the lock."""
    for stack, path in local_states(environment, folder).items():
        info = path.with_name(f".{path.name}.lock.info")
        if info.exists() and not _locked(path):
            holder = _holder(info)
            if holder.get("Operation") not in _CHANGES_NOTHING:
                who = f" by {holder['Who']}" if "Who" in holder else ""
                since = f" at {holder['Created']}" if "Created" in holder else ""
                yield Check(
                    "wrong",
                    f"{stack}: an apply, started{who}{since}, was killed: what it created last may be in "
                    f"AWS, but not in {shown(path)}",
                    f"list it: `vectorform adopt {stack} --dry-run`; import it: `vectorform adopt {stack}`",
                )


def running(path: Path) -> dict[str, Any] | None:
    """What is known of the process that holds the lock of a local state at this moment; None: none does."""
    if path.exists() and _locked(path):
        return _holder(path.with_name(f".{path.name}.lock.info"))
    return None


def _locked(path: Path) -> bool:
    """Whether a process holds the lock that Terraform takes on a state file (fcntl)."""
    try:
        with path.open("r+b") as state:
            fcntl.lockf(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _holder(info: Path) -> dict[str, Any]:
    try:
        found = json.loads(info.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
