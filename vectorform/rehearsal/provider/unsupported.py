"""Resource types that a configuration uses and the offline provider does not have.

Terraform itself would say "Invalid resource type" and not what to do about it, and it does so before the
provider hears of the resource. So the provider looks at the configuration in Terraform's working
directory, and at the modules that `terraform init` has noted, when it is asked for its schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorform.rehearsal.provider.configuration_files import files, is_for_opentofu, modules
from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.identities import IDENTITIES
from vectorform.rehearsal.provider.resources import resources

_HCL_BLOCK = re.compile(r'^\s*(resource|data|ephemeral)\s+"?(aws_\w+)"?\s', re.MULTILINE)
# What may hold the text of a block without being one. A quoted text ends on its line.
_NO_CODE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"'
    r"|#[^\n]*|//[^\n]*"
    r"|/\*.*?\*/"
    r"|<<-?(?P<end>\w[\w-]*)[^\n]*\n.*?^[ \t]*(?P=end)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_IDENTITY_IMPORT = re.compile(
    r"^\s*import\s*\{[^{}]*\bto\s*=\s*\S*\b(aws_\w+)[^{}]*\bidentity\s*=\s*\{", re.MULTILINE
)


def unsupported_types(directory: Path) -> dict[str, Path]:
    """Resource types and data sources of hashicorp/aws that are used in vain, each with a file.

    Looks at the module in `directory` and at those that it calls.
    """
    found: dict[str, Path] = {}
    opentofu = is_for_opentofu(directory)
    for module in modules(directory):
        for path in files(module, opentofu=opentofu):
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


def imports_by_identity(directory: Path) -> dict[str, Path]:
    """Resource types without an identity here that are imported by one, each with a file.

    Looks at the root module, where alone an import block may be.
    """
    found: dict[str, Path] = {}
    for path in files(directory, opentofu=is_for_opentofu(directory)):
        for type_name in _imported_by_identity(path):
            if type_name in resources() and type_name not in IDENTITIES:
                found.setdefault(type_name, path)
    return found


def identity_error(imports: dict[str, Path]) -> Diagnostic:
    """The error for imports by identity, of which Terraform says `unknown identity type`."""
    named = ", ".join(f"{type_name} ({path.name})" for type_name, path in imports.items())
    return Diagnostic(
        f"The offline provider cannot import by identity: {named}",
        f"It can import {', '.join(IDENTITIES)} so. Write `id` in the import block in place of "
        "`identity = {...}`: the genuine provider takes both. `vectorform rehearse --provider registry` uses "
        "the genuine provider",
    )


def _imported_by_identity(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix != ".json":
            return _IDENTITY_IMPORT.findall(_NO_CODE.sub(_blank, text))
        blocks = json.loads(text).get("import") or []
        blocks = blocks if isinstance(blocks, list) else [blocks]
        addresses = [str(block.get("to")) for block in blocks if "identity" in block]
        return [name for address in addresses for name in re.findall(r"\baws_\w+", address)[:1]]
    except (OSError, ValueError, AttributeError, TypeError):
        return []


def _used(path: Path) -> set[tuple[str, str]]:
    """(kind of block, type) of every block in a file; none where Terraform will say what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
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
