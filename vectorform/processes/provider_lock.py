"""The dependency lock of the providers: one file at the project's root, in version control, for all stacks.

Terraform keeps it next to the configuration that it works on, which here is a folder of the output, written
again by every synth and not kept. So a synth carries the project's file there, and a plan and its deploy use
the same provider, wherever they run (Terraform documentation, "Dependency Lock File").
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from vectorform.errors import UserError
from vectorform.processes.children import Children
from vectorform.processes.terraform import Terraform

LOCK_FILE = ".terraform.lock.hcl"
# Where the developers and the pipelines of most projects are.
PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_arm64")
# Says, to the cdktf command line as well, to leave locks alone: a rehearsal's provider is in no lock.
_LEAVE = "CDKTF_SKIP_PROVIDER_LOCK"
_PROVIDER = re.compile(r'^provider "(?P<name>[^"]+)" \{\n\s*version\s*=\s*"(?P<version>[^"]+)"', re.MULTILINE)


def carry(root: Path, folders: Iterable[Path]) -> None:
    """Put the project's lock, where it has one, into the folders of stacks."""
    lock = root / LOCK_FILE
    if os.environ.get(_LEAVE) or not lock.is_file():
        return
    for folder in folders:
        shutil.copyfile(lock, folder / LOCK_FILE)


def required_providers(folders: Iterable[Path]) -> dict[str, Any]:
    """The providers of some synthesized stacks, as `required_providers` has them. Raises UserError."""
    found: dict[str, Any] = {}
    for folder in folders:
        document = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
        for name, wanted in document["terraform"]["required_providers"].items():
            if found.setdefault(name, wanted) != wanted:
                raise UserError(
                    f"two stacks require different versions of the provider {name}, {found[name]} and "
                    f"{wanted}: one lock cannot satisfy both"
                )
    return found


def renew(
    root: Path,
    wanted: dict[str, Any],
    binary: str,
    children: Children,
    *,
    platforms: Sequence[str] = PLATFORMS,
    upgrade: bool = False,
    mirror: Path | None = None,
) -> dict[str, str]:
    """Write the project's lock: the versions that it has, or with `upgrade` the newest; provider -> version.

    Asks the registry, whatever is installed, or takes the packages in `mirror`. Raises UserError with what
    Terraform said; the lock is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix="vectorform-lock-") as made:
        folder = Path(made)
        document = {"terraform": {"required_providers": wanted}}
        (folder / "main.tf.json").write_text(json.dumps(document), encoding="utf-8")
        if not upgrade and (root / LOCK_FILE).is_file():
            shutil.copyfile(root / LOCK_FILE, folder / LOCK_FILE)
        arguments = [f"-platform={platform}" for platform in platforms]
        arguments += [f"-fs-mirror={mirror.resolve()}"] if mirror else []
        terraform = Terraform(binary, folder, children)
        outcome = terraform.run("providers", "lock", "-no-color", *arguments)
        if outcome.exit_code != 0:
            raise UserError(f"`{terraform.name} providers lock` failed:\n" + "\n".join(outcome.errors))
        shutil.copyfile(folder / LOCK_FILE, root / LOCK_FILE)
    return versions(root)


def versions(root: Path) -> dict[str, str]:
    """Provider -> version of the project's lock; empty where it has none."""
    try:
        text = (root / LOCK_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return {found["name"]: found["version"] for found in _PROVIDER.finditer(text)}
