"""Take the state of a stack from one backend to another: read, written, read again, and only then let go.

Terraform itself reads and writes, so that each backend's format, encryption and locks are its own. What AWS
has is not touched. Nothing is removed in a bucket or a workspace: the old state stays there as it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vectorform.desired.backends import LOCAL_STATE, state_location, terraform_settings
from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.processes.children import Children
from vectorform.processes.scratch import Document, output, scratch, succeed
from vectorform.state.cloud.connection import has_workspace
from vectorform.state.content import read

_FILE = "moved.tfstate"
ASIDE = ".moved"  # what the name of a local state ends with once it is somewhere else


class NotMoved(UserError):
    """A state stays where it is, since what is in the other place is not to be lost either."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """The result for the state of one stack, and how many resources are in it."""

    stack: str
    outcome: Literal["moved", "there already", "no state"]
    resources: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """From the backend of `old` to that of `new`, two of the same environment."""

    old: Environment
    new: Environment
    root: Path
    binary: str
    children: Children

    def take(self, region: Region, folder: Path) -> Moved:
        """Take along the state of one region, whose stack was synthesized in `folder`.

        Raises NotMoved, and UserError when Terraform cannot read or write. Doing it again continues.
        """
        stack = folder.name
        before = self._read(self.old, region, folder)
        content = read(before.encode())
        if content.kind not in ("none", "read"):
            raise NotMoved(f"{stack}: the old state holds {content.held}; nothing was moved")
        if not content.resources:
            return Moved(stack, "no state")
        outcome = self._write(region, folder, before)
        if _identity(self._read(self.old, region, folder)) != _identity(before):
            raise NotMoved(f"{stack}: another deploy changed the old state meanwhile: {self._undo(region)}")
        self._let_go(region, folder)
        return Moved(stack, outcome, content.resources)

    def _read(self, environment: Environment, region: Region, folder: Path) -> str:
        settled = environment.region(region.name)
        if environment.backend.type == "local" and not (self.root / _local(environment, settled)).is_file():
            return ""
        if environment.backend.type == "cloud" and not has_workspace(environment, settled):
            return ""  # Terraform would make one, to have a look
        with scratch(
            folder, _kept(environment, settled), self.binary, self.children, fresh=True
        ) as terraform:
            return output(terraform, folder.name, "state", "pull")

    def _write(self, region: Region, folder: Path, state: str) -> Literal["moved", "there already"]:
        stack = folder.name
        settled = self.new.region(region.name)
        kept = _kept(self.new, settled)
        with scratch(folder, kept, self.binary, self.children, fresh=True) as terraform:
            there = output(terraform, stack, "state", "pull")
            if _content(there) == _content(state):  # a push may give it another lineage and serial
                return "there already"
            held = read(there.encode()).held
            if held:
                raise NotMoved(
                    f"{stack}: {_where(self.new, settled)} holds {held} of another state, and nothing was "
                    "moved: find out which of the two is yours"
                )
            (terraform.folder / _FILE).write_text(state, encoding="utf-8")
            # Without a resource in it, the state in the new place is nothing that could be lost.
            force = ["-force"] if there else []
            succeed(terraform, stack, "state", "push", *force, _FILE)
            written = output(terraform, stack, "state", "pull")
        if _content(written) != _content(state):
            raise NotMoved(
                f"{stack}: {_where(self.new, settled)} returns something other than what was written to it"
            )
        return "moved"

    def _let_go(self, region: Region, folder: Path) -> None:
        """Nothing on this machine may deploy from the old state any more."""
        path = self.root / _local(self.old, region)
        if self.old.backend.type == "local":
            path.rename(_free(path.with_name(path.name + ASIDE)))
        # Which backend Terraform had here: with it, it would ask to migrate what has been moved.
        (folder / ".terraform" / "terraform.tfstate").unlink(missing_ok=True)

    def _undo(self, region: Region) -> str:
        where = _where(self.new, self.new.region(region.name))
        return f"the copy in {where} is out of date; delete it there, then move again"


def _free(path: Path) -> Path:
    """This name, or the next one: an older state that lies there is not overwritten."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free


def _kept(environment: Environment, region: Region) -> Any:
    def edit(document: Document) -> None:
        for name in ("backend", "cloud"):
            document["terraform"].pop(name, None)
        document["terraform"].update(terraform_settings(environment, region))

    return edit


def _local(environment: Environment, region: Region) -> str:
    return LOCAL_STATE.format(stack=environment.stack_id(region))


def _where(environment: Environment, region: Region) -> str:
    return state_location(environment, region) or _local(environment, region)


def _identity(state: str) -> tuple[Any, Any] | None:
    """Lineage and serial of a state: what tells two states apart (Terraform documentation, "State")."""
    document = _document(state)
    return (document.get("lineage"), document.get("serial")) if document else None


def _content(state: str) -> tuple[Any, ...]:
    document = _document(state)
    return tuple(document.get(name) for name in ("resources", "outputs"))


def _document(state: str) -> Mapping[str, Any]:
    try:
        found = json.loads(state)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
