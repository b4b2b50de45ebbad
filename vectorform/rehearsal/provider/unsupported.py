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
_IDENTITY_IMPORT = re.compile(
    r"^\s*import\s*\{[^{}]*\bto\s*=\s*\S*\baws_\w+[^{}]*\bidentity\s*=\s*\{", re.MULTILINE
)
_SUFFIXES = ("*.tf", "*.tf.json", "*.tofu", "*.tofu.json")


def unsupported_types(directory: Path) -> dict[str, Path]:
    """Resource types and data sources of hashicorp/aws that are used in vain, each with a file.

    Looks at the module in `directory` and at those that it calls.
    """
    found: dict[str, Path] = {}
    for module in _modules(directory):
        for path in _files(module):
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


def imports_by_identity(directory: Path) -> list[Path]:
    """The files of the root module, where alone an import block may be, that import by `identity`."""
    return [path for path in _files(directory) if _imports_by_identity(path)]


def identity_error(files: list[Path]) -> Diagnostic:
    """The error for imports by identity, of which Terraform says `unknown identity type`."""
    return Diagnostic(
        f"The offline provider cannot import by identity ({', '.join(path.name for path in files)})",
        'Write `id = "ARN"` in the import block in place of `identity = {...}`: the genuine provider takes '
        "both. `vectorform rehearse --provider registry` uses the genuine provider",
    )


def _imports_by_identity(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return _IDENTITY_IMPORT.search(_NO_CODE.sub(_blank, text)) is not None
        blocks = json.loads(text).get("import") or []
        blocks = blocks if isinstance(blocks, list) else [blocks]
        return any("identity" in block and "aws_" in str(block.get("to")) for block in blocks)
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _files(module: Path) -> list[Path]:
    return sorted(path for suffix in _SUFFIXES for path in module.glob(suffix))


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
