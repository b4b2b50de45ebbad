"""A local backend: state files in the project's folder, locked by the operating system."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from vectorform.check import Check
from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment
from vectorform.state.regions import left_behind, refuse, resources, stack_without_region


def check(environment: Environment, root: Path) -> Iterator[Check]:
    """The folder can be written, its file system locks, and no state belongs to a region that is gone."""
    yield from _folder(root)
    yield from leftovers(environment, root)


def held(environment: Environment, folder: Path) -> dict[str, int]:
    """Stack -> how many resources the state file in the folder of the project has for it, if it has any."""
    found = {}
    for stack in map(environment.stack_id, environment.regions):
        path = folder / LOCAL_STATE.format(stack=stack)
        count = resources(path.read_bytes()) if path.is_file() else 0
        if count:
            found[stack] = count
    return found


def left_here(environment: Environment, stack: str, count: int, there: str) -> Iterator[Check]:
    """What to say of a local state whose stack has its state elsewhere now, with nothing in it."""
    if count:
        yield Check(
            "wrong",
            f"{LOCAL_STATE.format(stack=stack)} holds {count} resources, but there is {there}: a deploy "
            "would create them all again",
            f"take the state along: `vectorform backend move {environment.name} --from local`",
        )


def leftovers(environment: Environment, folder: Path) -> Iterator[Check]:
    """State files of regions that the environment no longer has, and that still hold something."""
    for path in sorted(folder.glob(LOCAL_STATE.format(stack=f"{environment.name}-*"))):
        stack = stack_without_region(environment, LOCAL_STATE, path.name)
        count = resources(path.read_bytes()) if stack else 0
        if stack and count:
            yield left_behind(environment, stack, path.name, f"{count} resources")


def refuse_leftovers(environment: Environment, folder: Path) -> None:
    """Raises UserError if a region was removed whose local state still holds something.

    Without its line in the file nothing would ever change or destroy it again.
    """
    if environment.backend.type == "local":
        refuse(leftovers(environment, folder))


def _folder(root: Path) -> Iterator[Check]:
    try:
        with tempfile.NamedTemporaryFile(dir=root, prefix=".vectorform-probe-") as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
            yield Check("fine", f"state can be written to {root}")
            # The kind of lock that Terraform takes on a state file (fcntl).
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Check("fine", "it can be locked, against other deploys on this machine")
    except OSError as error:
        yield Check("wrong", f"{root}: {error.strerror}", "deploy from a folder of yours on a local disk")
