"""Resource types that a configuration uses and the offline provider does not have.

Terraform itself would say "Invalid resource type" and not what to do about it, and it does so before the
provider hears of the resource. So the provider looks at the configuration in Terraform's working
directory, and at the modules that `terraform init` has noted, when it is asked for its schema.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.resources import resources

_HCL_BLOCK = re.compile(r'^\s*(resource|data|ephemeral)\s+"?(aws_\w+)"?\s', re.MULTILINE)
# What may hold the text of a block without being one. A quoted text ends on its line.
_NO_CODE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"'
    r"|#[^\n]*|//[^\n]*"
    r"|/\*.*?\*/"
    r"|<<-?(?P<end>\w+)[^\n]*\n.*?^[ \t]*(?P=end)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_SUFFIXES = ("*.tf", "*.tf.json", "*.tofu", "*.tofu.json")


def unsupported_types(directory: Path) -> dict[str, Path]:
    """Resource types and data sources of hashicorp/aws that are used in vain, each with a file.

    Looks at the module in `directory` and at those that it calls.
    """
    found: dict[str, Path] = {}
    for module in _modules(directory):
        for path in sorted(path for suffix in _SUFFIXES for path in module.glob(suffix)):
            for kind, type_name in sorted(_used(path)):
                known = {"resource": resources(), "data": data_sources()}.get(kind, {})
                if type_name.startswith("aws_") and type_name not in known:
                    named = type_name if kind == "resource" else f"{kind}.{type_name}"
                    found.setdefault(
                        named, path.relative_to(directory) if path.is_relative_to(directory) else path
                    )
    return found


def missing_types_error(missing: dict[str, Path]) -> Diagnostic:
    """The error for `missing`: what, where, and what to do."""
    used = ", ".join(f"{type_name} ({path})" for type_name, path in missing.items())
    return Diagnostic(
        f"The offline provider does not have {used}",
        f"It has {', '.join(resources())}, and the data sources {', '.join(data_sources())}. "
        "`vectorform rehearse --provider registry` uses the genuine provider, which has them all",
    )


def _modules(directory: Path) -> Iterator[Path]:
    """The directories of the root module and of all modules that `init` has installed."""
    yield directory
    manifest = directory / os.environ.get("TF_DATA_DIR", ".terraform") / "modules" / "modules.json"
    try:
        modules = json.loads(manifest.read_text(encoding="utf-8"))["Modules"]
        names = sorted({module["Dir"] for module in modules} - {".", ""})
    except (OSError, ValueError, KeyError, TypeError):
        return
    yield from (directory / name for name in names)


def _used(path: Path) -> set[tuple[str, str]]:
    """(kind of block, type) of every block in a file; none where Terraform will say what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return set(_HCL_BLOCK.findall(_NO_CODE.sub(_blank, text)))
        return set(_used_in_json(json.loads(text)))
    except (OSError, ValueError, AttributeError):
        return set()


def _blank(found: re.Match[str]) -> str:
    """A quoted text stays, for types are quoted; comments and heredocs go, but for their lines."""
    return found[0] if found[0].startswith('"') else "\n" * found[0].count("\n")


def _used_in_json(document: Any) -> Iterator[tuple[str, str]]:
    """A block may be an object or a list of objects (Terraform, "JSON Configuration Syntax")."""
    for body in document if isinstance(document, list) else [document]:
        for kind in ("resource", "data", "ephemeral"):
            blocks = body.get(kind) or {}
            for block in blocks if isinstance(blocks, list) else [blocks]:
                yield from ((kind, type_name) for type_name in block)
