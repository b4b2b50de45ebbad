"""State that no deploy should go on from: damaged, of another account, or left beside a stack for a push.

A full disk, a backend that does not answer or credentials that expire keep Terraform from writing a state.
It then leaves `errored.tfstate` in the stack's folder (Terraform documentation, "Recovering from state
disasters"), and a deploy that went on as if nothing had happened would create again what that file knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vectorform.check import Check
from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment
from vectorform.errors import UserError

ERRORED = "errored.tfstate"
_ARNS = ("vector_bucket_arn", "arn")


class UnsoundState(UserError):
    """A state has to be put right by hand before anything is deployed."""

    exit_code = 1


def refuse_unsound(environment: Environment, folder: Path) -> None:
    """Raises UnsoundState if a local state in `folder` has to be put right first."""
    _refuse(unsound(environment, folder))


def refuse_errored(outdir: Path) -> None:
    """Raises UnsoundState if an apply of any stack, also one that is gone, left its state in `outdir`.

    Nothing is synthesized then: after a synth cdktf removes the folders of stacks that are gone, and all in
    them.
    """
    _refuse(errored(outdir))


def _refuse(checks: Iterable[Check]) -> None:
    found = list(checks)
    if found:
        raise UnsoundState("\n".join(f"{check.what}\n  {check.fix}" for check in found))


def unsound(environment: Environment, folder: Path) -> Iterator[Check]:
    """Local state files that are cut off or empty, or that are of another account."""
    if environment.backend.type != "local":
        return
    for stack in map(environment.stack_id, environment.regions):
        path = folder / LOCAL_STATE.format(stack=stack)
        if not path.exists():
            continue
        state = _state(path)
        if state is None:
            yield _damaged(path, stack)
        else:
            yield from _foreign(environment, path, stack, state)


def errored(outdir: Path) -> Iterator[Check]:
    """What applies could not save and left in the folders of the stacks."""
    for path in sorted(outdir.glob(f"stacks/*/{ERRORED}")):
        stack, folder = path.parent.name, path.parent.relative_to(outdir.parent)
        if _state(path) is None:
            fix = f"it is cut off: `rm {folder}/{ERRORED}`, then `vectorform adopt {stack}`"
        else:
            push = f"`terraform -chdir={folder} state push {ERRORED}`, then `rm {folder}/{ERRORED}`"
            fix = f"{_unlock(path.parent, folder)}{push}"
        yield Check("wrong", f"{folder}/{ERRORED}: the last apply of {stack} could not save its state", fix)


def _unlock(folder: Path, shown: Path) -> str:
    """With HCP Terraform the workspace stays locked until the state is there, and a push wants the lock."""
    try:
        cloud = json.loads((folder / "cdk.tf.json").read_bytes())["terraform"]["cloud"]
        workspace = f"{cloud['organization']}/{cloud['workspaces']['name']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"`terraform -chdir={shown} force-unlock {workspace}`, "


def _damaged(path: Path, stack: str) -> Check:
    backup = path.with_name(f"{path.name}.backup")
    if _state(backup) is None:
        first = f"put it aside: `mv {path.name} {path.name}.damaged`"
    else:
        first = f"put the one from before it back: `cp {backup.name} {path.name}`"
    return Check(
        "wrong",
        f"{path.name} is damaged: Terraform was writing it when the disk was full or the machine failed",
        f"{first}; then take in what was made since: `vectorform adopt {stack}`",
    )


def _foreign(environment: Environment, path: Path, stack: str, state: dict[str, Any]) -> Iterator[Check]:
    others = sorted(_accounts(state) - {environment.account_id})
    if others:
        yield Check(
            "wrong",
            f"{path.name} is of account {', '.join(others)}, {environment.source} says "
            f"{environment.account_id}",
            f"put the state of {stack} in its place, or, if it has none: `mv {path.name} {path.name}.other`",
        )


def _accounts(state: dict[str, Any]) -> set[str]:
    """The accounts of what is in a state."""
    found = set()
    for resource in state.get("resources", []):
        for instance in resource.get("instances", []) if resource.get("mode") == "managed" else ():
            for name in _ARNS:
                parts = str(instance.get("attributes", {}).get(name, "")).split(":")
                found |= {parts[4]} if len(parts) > 5 and parts[4].isdecimal() else set()
    return found


def _state(path: Path) -> dict[str, Any] | None:
    """The state in a file; None if there is none in it."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and "lineage" in document else None
