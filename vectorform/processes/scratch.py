"""A folder beside a stack's, in which Terraform works with another version of the stack's JSON.

The state and its backend are those of the stack. What only reads it gets a copy where the state is in HCP
Terraform: Terraform works here then, and no run of another version appears there, waiting for an approval.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vectorform.errors import UserError
from vectorform.processes.children import Children
from vectorform.processes.terraform import Terraform

_DOCUMENT = "cdk.tf.json"
_LOCK_FILE = ".terraform.lock.hcl"
_COPY = "copy.tfstate"
_INIT = ("init", "-input=false", "-no-color")

Document = dict[str, Any]


@contextlib.contextmanager
def scratch(
    folder: Path,
    edit: Callable[[Document], None],
    binary: str,
    children: Children,
    *,
    read_only: bool = False,
) -> Iterator[Terraform]:
    """Terraform, initialised, for the stack in `folder` as `edit` changes it. The folder is removed.

    Raises UserError when Terraform cannot be initialised.
    """
    # A sibling, so that a relative path of the state leads to the same file.
    with tempfile.TemporaryDirectory(prefix=f".scratch-{folder.name}-", dir=folder.parent) as made:
        here = Path(made)
        document = json.loads((folder / _DOCUMENT).read_text(encoding="utf-8"))
        edit(document)
        in_cloud = document["terraform"].get("cloud") is not None
        if in_cloud and read_only:
            del document["terraform"]["cloud"]
            document["terraform"]["backend"] = {"local": {"path": _COPY}}
        # In lines: Terraform shows the one that an error is in.
        (here / _DOCUMENT).write_text(json.dumps(document, indent=2), encoding="utf-8")
        for name in (_LOCK_FILE, ".terraform"):
            _copy(folder / name, here / name)
        if in_cloud and read_only:
            there = Terraform(binary, folder, children)
            succeed(there, folder.name, *_INIT)
            (here / _COPY).write_text(output(there, folder.name, "state", "pull"), encoding="utf-8")
            (here / ".terraform" / "terraform.tfstate").unlink(missing_ok=True)  # which backend it was
        terraform = Terraform(binary, here, children)
        succeed(terraform, folder.name, *_INIT)
        yield terraform


def succeed(terraform: Terraform, stack: str, *arguments: str) -> None:
    """Run a command. Raises UserError with what Terraform said when it fails."""
    outcome = terraform.run(*arguments)
    if outcome.exit_code != 0:
        errors = "\n".join(outcome.errors)
        raise UserError(f"{stack}: `terraform {arguments[0]}` failed:\n{errors}")


def output(terraform: Terraform, stack: str, *arguments: str) -> str:
    """The JSON that a command prints, empty if none. Raises UserError with Terraform's error if it fails."""
    try:
        return terraform.json(*arguments)
    except RuntimeError as error:
        raise UserError(f"{stack}: `terraform {arguments[0]}` failed:\n{error}") from None


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)  # the providers in it are links to a cache, or copies
    elif source.exists():
        shutil.copy(source, target)
