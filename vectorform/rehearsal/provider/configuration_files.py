"""The files of a configuration that Terraform reads, or OpenTofu, and the modules that it calls.

Source: Terraform and OpenTofu documentation, "Files and Directories". Only OpenTofu reads `*.tofu`, and of
`main.tf` and `main.tofu` the second alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from vectorform.engine import binary, is_opentofu

_SUFFIXES = (".tf", ".tf.json")
_OPENTOFU_SUFFIXES = (".tofu", ".tofu.json")


def files(module: Path, *, opentofu: bool) -> list[Path]:
    """The files of one module, by name. Neither tool reads hidden ones."""
    suffixes = _SUFFIXES + (_OPENTOFU_SUFFIXES if opentofu else ())
    names = {path.name for suffix in suffixes for path in module.glob(f"*{suffix}")}
    if opentofu:
        names -= {name.replace(".tofu", ".tf") for name in names if name.endswith(_OPENTOFU_SUFFIXES)}
    return sorted(module / name for name in names if not name.startswith("."))


def modules(root: Path) -> Iterator[Path]:
    """The directories of the root module and of all modules that `init` has installed."""
    yield root
    manifest = _data(root) / "modules" / "modules.json"
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["Modules"]
        names = sorted({module["Dir"] for module in listed} - {".", ""})
    except (OSError, ValueError, KeyError, TypeError):
        return
    yield from (root / name for name in names)


def is_for_opentofu(root: Path) -> bool:
    """Whether OpenTofu initialised this directory: then the provider is from its registry.

    Where both did, the tool that the project uses now.
    """
    providers = _data(root) / "providers"
    if not (providers / "registry.opentofu.org").is_dir():
        return False
    return not (providers / "registry.terraform.io").is_dir() or is_opentofu(binary(start=root))


def _data(root: Path) -> Path:
    return root / os.environ.get("TF_DATA_DIR", ".terraform")
