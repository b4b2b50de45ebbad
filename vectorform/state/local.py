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
from vectorform.state.content import Content, read_file, shown
from vectorform.state.regions import left_behind, refuse, stack_without_region


def check(environment: Environment, root: Path) -> Iterator[Check]:
    """The folder can be written, its file system locks, and no state belongs to a region that is gone."""
    yield from _folder(root)
    yield from leftovers(environment, root)


def held(environment: Environment, folder: Path) -> dict[str, Content]:
    """Stack -> what its state file in the folder of the project holds, if it holds anything."""
    found = {}
    for stack in map(environment.stack_id, environment.regions):
        content = read_file(folder / LOCAL_STATE.format(stack=stack))
        if content.held:
            found[stack] = content
    return found


def left_here(environment: Environment, stack: str, content: Content, there: str) -> Iterator[Check]:
    """What to say of a local state whose stack has its state elsewhere now, with nothing in it."""
    if content.held:
        yield Check(
            "wrong",
            f"{LOCAL_STATE.format(stack=stack)} holds {content.held}, but there is {there}: a deploy "
            "would create all of them again",
            f"move the state: `vectorform backend move {environment.name} --from local`",
        )


def leftovers(environment: Environment, folder: Path) -> Iterator[Check]:
    """State files of regions that the environment no longer has, and that hold something, or may do so."""
    for path in sorted(folder.glob(LOCAL_STATE.format(stack=f"{environment.name}-*"))):
        stack = stack_without_region(environment, LOCAL_STATE, path.name)
        content = read_file(path) if stack else Content("none")
        if stack and content.held:
            name = shown(path)
            ways = {
                "encrypted": f"with its key in this shell, `tofu state list -state={name}`: if that "
                f"succeeds and lists nothing, `rm {name}`; if it lists something, ",
                "damaged": f"if you are sure that {stack} was destroyed, `rm {name}`; if not, ",
            }
            yield left_behind(environment, stack, name, content.held, ways.get(content.kind, ""))


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
        yield Check("wrong", f"{root}: {error.strerror}", "deploy from a writable folder on a local disk")
