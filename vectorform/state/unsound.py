"""State that no deploy should go on from: damaged, of another account, or left next to a stack for a push.

A full disk, a backend that does not answer or credentials that expire keep Terraform from writing a state.
It then leaves `errored.tfstate` in the stack's folder (Terraform documentation, "Recovering from state
disasters"), and a deploy that went on as if nothing had happened would create again what that file knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vectorform import engine
from vectorform.check import Check
from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.state.content import Content, backup, read_file, shown

ERRORED = "errored.tfstate"


class UnsoundState(UserError):
    """A state must be fixed by hand before anything is deployed."""

    exit_code = 1


def refuse_unsound(environment: Environment, folder: Path) -> None:
    """Raises UnsoundState if a local state in `folder` must be fixed first.

    One that OpenTofu has encrypted is not looked into here: `vectorform.state.own` does, once it is pulled.
    """
    refuse(unsound(environment, folder))


def refuse_errored(outdir: Path) -> None:
    """Raises UnsoundState if an apply of any stack, also one that is gone, left its state in `outdir`.

    Nothing is synthesized then: after a synth cdktf removes the folders of stacks that are gone, and all in
    them.
    """
    refuse(errored(outdir))


def refuse(checks: Iterable[Check]) -> None:
    """Raises UnsoundState if there are any."""
    found = list(checks)
    if not found:
        return
    refused = UnsoundState("\n".join(f"{check.what}\n  {check.fix}" for check in found))
    if all(check.outcome == "unknown" for check in found):
        refused.exit_code = 2  # none of them could be looked at
    raise refused


def local_states(environment: Environment, folder: Path) -> dict[str, Path]:
    """The state file of each stack; none where the state is elsewhere."""
    if environment.backend.type != "local":
        return {}
    stacks = map(environment.stack_id, environment.regions)
    return {stack: folder / LOCAL_STATE.format(stack=stack) for stack in stacks}


def unsound(environment: Environment, folder: Path) -> Iterator[Check]:
    """Local state files that are cut off or emptied, or that are of another account."""
    for stack, path in local_states(environment, folder).items():
        content = read_file(path)
        if content.kind == "damaged":
            yield _damaged(path, stack)
        yield from foreign(environment, path, stack, content)


def foreign(environment: Environment, path: Path, stack: str, content: Content) -> Iterator[Check]:
    """Whether a local state is of another account."""
    others = sorted(content.accounts - {environment.account_id})
    if others:
        name = shown(path)
        yield Check(
            "wrong",
            f"{name} belongs to account {', '.join(others)}, but {environment.source} names "
            f"{environment.account_id}",
            f"put the state of {stack} in its place, or, if it has none: `mv {name} {name}.other`",
        )


def encrypted_advice(environment: Environment) -> str:
    """How to have a state read that OpenTofu has encrypted."""
    return f"with its key in this shell: `vectorform backend check {environment.name}`"


def errored(outdir: Path, stacks: str = "*") -> Iterator[Check]:
    """What applies could not save and left in the folders of the stacks, or of one."""
    for path in sorted(outdir.glob(f"stacks/{stacks}/{ERRORED}")):
        stack, folder = path.parent.name, shown(path.parent)
        match read_file(path).kind:
            case "none" | "damaged":
                fix = f"it is truncated: `rm {folder}/{ERRORED}`, then `vectorform adopt {stack}`"
            case "encrypted":
                fix = _encrypted(path, stack)
            case _:
                push = f"`{engine.binary()} -chdir={folder} state push {ERRORED}`"
                fix = f"{_unlock(path.parent, folder)}{push}, then `rm {folder}/{ERRORED}`"
        yield Check("wrong", f"{folder}/{ERRORED}: the last apply of {stack} could not save its state", fix)


def _encrypted(path: Path, stack: str) -> str:
    """OpenTofu does not push what it has encrypted; a local state is that very file."""
    folder = shown(path.parent)
    try:
        state = shown((path.parent / _terraform(path.parent)["backend"]["local"]["path"]).resolve())
    except (OSError, ValueError, KeyError, TypeError):
        return f"`rm {folder}/{ERRORED}`, then import what was created: `vectorform adopt {stack}`"
    return f"`mv {folder}/{ERRORED} {state}`: it is encrypted, so it can be put in place and not pushed"


def _unlock(folder: Path, name: str) -> str:
    """With HCP Terraform the workspace stays locked until the state is there, and a push wants the lock."""
    try:
        cloud = _terraform(folder)["cloud"]
        workspace = f"{cloud['organization']}/{cloud['workspaces']['name']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"`{engine.binary()} -chdir={name} force-unlock {workspace}`, "


def _terraform(folder: Path) -> Any:
    """The settings of a synthesized stack: where its state is, among others."""
    return json.loads((folder / "cdk.tf.json").read_bytes())["terraform"]


def _damaged(path: Path, stack: str) -> Check:
    name, before = shown(path), backup(path)
    if read_file(before).kind in ("read", "encrypted"):
        first = f"restore the previous one: `cp {shown(before)} {name}`"
    else:
        first = f"move it aside: `mv {name} {name}.damaged`"
    return Check(
        "wrong",
        f"{name} is damaged: the disk was full or the machine failed while Terraform wrote it",
        f"{first}; then import what was created since: `vectorform adopt {stack}`",
    )
