"""Which tool wrote a local state: Terraform and OpenTofu name their providers after registries of their own.

Whichever continues with a state of the other must be initialised for it first, and the next apply writes the
state as its own (docs/how-to/opentofu.md has the steps).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from vectorform import engine
from vectorform.check import Check
from vectorform.desired.backends import LOCAL_STATE
from vectorform.state.content import shown

_REGISTRIES = {"registry.terraform.io/": "Terraform", "registry.opentofu.org/": "OpenTofu"}


def of_the_other_tool(root: Path, folder: Path) -> Iterator[Check]:
    """The local states in `folder` that another tool than the one of the project at `root` wrote last."""
    command = engine.binary(start=root)
    used = engine.tool(command)
    for path in sorted(folder.glob(LOCAL_STATE.format(stack="*"))):
        writers = set(_writers(path))
        if writers and used not in writers:
            other = next(iter(writers))
            back = f"write `binary` of the engine in {engine.SETTINGS}, or set {engine.VARIABLE}"
            yield Check(
                "wrong",
                f"{shown(path)} was written by {other}, but {command} would use it now",
                f"if you mean to switch, `vectorform docs opentofu` has the steps; if not, {back}",
            )


def _writers(path: Path) -> Iterator[str]:
    """Empty for a state that cannot be read: others say so."""
    try:
        resources = json.loads(path.read_bytes())["resources"]
        providers = [resource["provider"] for resource in resources]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    for provider in map(str, providers):
        yield from (tool for registry, tool in _REGISTRIES.items() if registry in provider)
