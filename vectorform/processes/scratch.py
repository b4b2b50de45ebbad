"""A folder next to a stack's, in which Terraform works with another version of the stack's JSON.

The state and its backend are those of the stack. Where the state is in HCP Terraform, a copy of it may do:
Terraform works here then, and no run of another version appears there, waiting for an approval.
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
_BACKEND = Path(".terraform") / "terraform.tfstate"  # which backend Terraform was initialised with
# OpenTofu, of a state that is encrypted: where it has no key, and where the key or its name is another.
_ENCRYPTED = {
    "can not be read without an encryption configuration": "this shell has no key for it: set TF_ENCRYPTION",
    "decryption failed for all provided methods": "the key of this shell does not fit: look at TF_ENCRYPTION",
}
_INIT = ("init", "-input=false", "-no-color")

Document = dict[str, Any]


@contextlib.contextmanager
def scratch(
    folder: Path,
    edit: Callable[[Document], None],
    binary: str,
    children: Children,
    *,
    on_copy: bool = False,
    fresh: bool = False,
) -> Iterator[Terraform]:
    """Terraform, initialised, for the stack in `folder` as `edit` changes it. The folder is removed.

    `on_copy`: of a state in HCP Terraform a copy is worked on, here, which `give_back` can push.
    `fresh`: whatever backend the stack had before; else Terraform refuses another one than it knows of.
    Raises UserError when Terraform cannot be initialised.
    """
    # A sibling, so that a relative path of the state leads to the same file.
    with tempfile.TemporaryDirectory(prefix=f".scratch-{folder.name}-", dir=folder.parent) as made:
        here = Path(made)
        document = json.loads((folder / _DOCUMENT).read_text(encoding="utf-8"))
        edit(document)
        in_cloud = document["terraform"].get("cloud") is not None
        if in_cloud and on_copy:
            del document["terraform"]["cloud"]
            document["terraform"]["backend"] = {"local": {"path": _COPY}}
        # In lines: Terraform shows the one that an error is in.
        (here / _DOCUMENT).write_text(json.dumps(document, indent=2), encoding="utf-8")
        for name in (_LOCK_FILE, ".terraform"):
            _copy(folder / name, here / name)
        if fresh:
            (here / _BACKEND).unlink(missing_ok=True)
        if in_cloud and on_copy:
            there = Terraform(binary, folder, children)
            succeed(there, folder.name, *_INIT)
            (here / _COPY).write_text(output(there, folder.name, "state", "pull"), encoding="utf-8")
            (here / _BACKEND).unlink(missing_ok=True)
        terraform = Terraform(binary, here, children)
        succeed(terraform, folder.name, *_INIT)
        yield terraform


def give_back(terraform: Terraform, folder: Path) -> None:
    """Push the copy of a state that `scratch` made, as it is now; nothing where it made none.

    HCP Terraform locks the workspace for that, and refuses a state that does not follow on its own. Raises
    UserError.
    """
    copy = terraform.folder / _COPY
    if copy.exists():
        there = Terraform(terraform.binary, folder, terraform.children)
        succeed(there, folder.name, "state", "push", str(copy))


def succeed(terraform: Terraform, stack: str, *arguments: str) -> None:
    """Run a command. Raises UserError with what Terraform said when it fails."""
    outcome = terraform.run(*arguments)
    if outcome.exit_code != 0:
        raise _failed(terraform, stack, arguments[0], "\n".join(outcome.errors))


def output(terraform: Terraform, stack: str, *arguments: str) -> str:
    """The JSON that a command prints, empty if none. Raises UserError with Terraform's error if it fails."""
    try:
        return terraform.json(*arguments)
    except RuntimeError as error:
        raise _failed(terraform, stack, arguments[0], str(error)) from None


def _failed(terraform: Terraform, stack: str, command: str, errors: str) -> UserError:
    unwrapped = " ".join(errors.replace("│", " ").split())
    for message, meaning in _ENCRYPTED.items():
        if message in unwrapped:
            return UserError(f"{stack}: its state is encrypted, and {meaning}")
    return UserError(f"{stack}: `{terraform.name} {command}` failed:\n{errors}")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)  # the providers in it are links to a cache, or copies
    elif source.exists():
        shutil.copy(source, target)
