"""Resource types that a configuration uses and the offline provider does not have.

Terraform itself would say "Invalid resource type" and not what to do about it, and it does so before the
provider hears of the resource. So the provider looks at the configuration in Terraform's working
directory (the root module) when it is asked for its schema.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.resources import resources

_HCL_BLOCK = re.compile(r'^\s*(resource|data)\s+"(aws_\w+)"', re.MULTILINE)


def unsupported_types(directory: Path) -> dict[str, Path]:
    """Resource types and data sources of hashicorp/aws that `directory` uses in vain, each with a file."""
    found: dict[str, Path] = {}
    for path in sorted([*directory.glob("*.tf"), *directory.glob("*.tf.json")]):
        for kind, type_name in sorted(_used(path)):
            if type_name.startswith("aws_") and (kind == "data" or type_name not in resources()):
                found.setdefault(f"data.{type_name}" if kind == "data" else type_name, path)
    return found


def missing_types_error(missing: dict[str, Path]) -> Diagnostic:
    """The error for `missing`: what, where, and what to do."""
    used = ", ".join(f"{type_name} ({path.name})" for type_name, path in missing.items())
    return Diagnostic(
        f"The offline provider does not have {used}",
        f"It has {', '.join(resources())}, and no data sources. "
        "`vectorform rehearse --provider registry` uses the genuine provider, which has them all",
    )


def _used(path: Path) -> set[tuple[str, str]]:
    """("resource" or "data", type) of every block in a file; none where Terraform will say what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return {(kind, type_name) for kind, type_name in _HCL_BLOCK.findall(text)}
        document = json.loads(text)
        return {(kind, type_name) for kind in ("resource", "data") for type_name in document.get(kind) or {}}
    except (OSError, ValueError, AttributeError):
        return set()
