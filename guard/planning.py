"""The plan of a stack as if nothing in it were protected: only so does Terraform say all that would go.

Terraform plans in a folder beside the stack's, with a copy of its JSON that lacks `prevent_destroy`. Nothing
is applied, no lock is taken, and the folder is removed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from environments.errors import UserError
from plans.changes import Plan, parse_plan
from processes.children import Children
from rollout.terraform import Terraform

_DOCUMENT = "cdk.tf.json"
_LOCK_FILE = ".terraform.lock.hcl"


def plan_without_protection(folder: Path, binary: str, children: Children, *, destroy: bool = False) -> Plan:
    """The plan of the synthesized stack in `folder`, or of its destruction.

    Raises UserError when Terraform cannot make it.
    """
    stack = folder.name
    # A sibling, so that a relative path of the state leads to the same file.
    with tempfile.TemporaryDirectory(prefix=f".guard-{stack}-", dir=folder.parent) as scratch:
        here = Path(scratch)
        text = (folder / _DOCUMENT).read_text(encoding="utf-8")
        (here / _DOCUMENT).write_text(json.dumps(_unprotected(json.loads(text))), encoding="utf-8")
        for name in (_LOCK_FILE, ".terraform"):
            _copy(folder / name, here / name)
        terraform = Terraform(binary, here, children)
        plan = ["plan", *_PLAN_OPTIONS, *(["-destroy"] if destroy else [])]
        for arguments in (["init", "-input=false", "-no-color"], plan):
            outcome = terraform.run(*arguments)
            if outcome.exit_code != 0:
                told = "\n".join(outcome.errors)
                raise UserError(
                    f"{stack}: `terraform {arguments[0]}` failed, so nothing can be said:\n{told}"
                )
        try:
            shown = terraform.output("show", "-json", "-no-color", "plan")
        except RuntimeError as error:
            raise UserError(f"{stack}: `terraform show` failed:\n{error}") from None
    return replace(parse_plan(shown, stack, stack), stack=stack)


_PLAN_OPTIONS = ["-input=false", "-no-color", "-lock=false", "-out=plan"]


def _unprotected(document: dict[str, dict[str, dict[str, dict[str, object]]]]) -> object:
    for blocks in document.get("resource", {}).values():
        for block in blocks.values():
            lifecycle = block.get("lifecycle")
            if isinstance(lifecycle, dict):
                lifecycle.pop("prevent_destroy", None)
    return document


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)  # the providers in it are links to a cache, or copies
    elif source.exists():
        shutil.copy(source, target)
