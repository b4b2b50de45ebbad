"""The engine of a project: what synthesizes its stacks, and the Terraform or OpenTofu that carries them out.

A choice is one line of cdktf.json, `"context": {"engine": {"framework": "cdktf", "binary": "tofu"}}`; either
may be left out. TERRAFORM_BINARY_NAME, which the cdktf command line reads as well, is before it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vectorform.errors import UserError
from vectorform.wording import did_you_mean, show

SETTINGS = "cdktf.json"
VARIABLE = "TERRAFORM_BINARY_NAME"
CHOICES: Mapping[str, tuple[str, ...]] = {"framework": ("cdktf", "cdktn"), "binary": ("terraform", "tofu")}


@dataclass(frozen=True, slots=True)
class Engine:
    """What a project has chosen. None: nothing, so what is installed decides."""

    framework: str | None = None
    binary: str | None = None

    @property
    def context(self) -> dict[str, dict[str, str]]:
        """`context` of cdktf.json that says this."""
        pairs = {"framework": self.framework, "binary": self.binary}
        made = {key: value for key, value in pairs.items() if value is not None}
        return {"engine": made} if made else {}


def chosen(start: Path | None = None) -> Engine:
    """The choice of the project that `start` (the current folder) is in. Raises UserError for a wrong one."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return _chosen(folder / SETTINGS)
    return Engine()


def framework(start: Path | None = None) -> str:
    """`cdktf` or `cdktn`: what the project has chosen, else CDK Terrain where it alone is installed.

    Raises UserError.
    """
    choice = chosen(start).framework
    if choice:
        return choice
    return "cdktn" if not find_spec("cdktf") and find_spec("cdktn") else "cdktf"


def binary(environ: Mapping[str, str] = os.environ, start: Path | None = None) -> str:
    """The command that is Terraform or OpenTofu here, as one types it.

    What TERRAFORM_BINARY_NAME says, else what the project has chosen, else `terraform`; `tofu` where that is
    the only one on PATH. Raises UserError.
    """
    named = environ.get(VARIABLE) or chosen(start).binary
    return named or found_on_path(environ)


def found_on_path(environ: Mapping[str, str] = os.environ) -> str:
    """`terraform`; `tofu` where that is the only one on PATH."""
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
    only_tofu = not shutil.which("terraform", path=path) and shutil.which("tofu", path=path)
    return "tofu" if only_tofu else "terraform"


def settled(start: Path | None = None) -> bool:
    """Whether the choice is made, and not left to what is on PATH."""
    return bool(os.environ.get(VARIABLE) or chosen(start).binary)


def is_opentofu(command: str) -> bool:
    """Whether a command, or its path, is OpenTofu rather than Terraform."""
    return Path(command).name.startswith("tofu")


def tool(command: str) -> str:
    """What a command is called in a sentence."""
    return "OpenTofu" if is_opentofu(command) else "Terraform"


def _chosen(settings: Path) -> Engine:
    try:
        document = json.loads(settings.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{settings}: cannot be read: {error}") from None
    found: Any = document
    for key in ("context", "engine"):
        found = found.get(key, {}) if isinstance(found, dict) else {}
    if not isinstance(found, dict):
        raise UserError(f'{settings}: context.engine: {show(found)} is not a map: write {{"binary": "tofu"}}')
    for key, value in found.items():
        if key not in CHOICES:
            raise UserError(f"{settings}: context.engine.{key}: no such key; {did_you_mean(key, CHOICES)}")
        if value not in CHOICES[key]:
            hint = did_you_mean(str(value), CHOICES[key])
            raise UserError(f"{settings}: context.engine.{key}: {show(value)} is not a valid {key}; {hint}")
    return Engine(**found)


def main() -> int:
    """Print the command, for the `cdktf` of `vectorform.toolchain.commands`; 2 for a wrong choice."""
    try:
        sys.stdout.write(f"{binary()}\n")
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
