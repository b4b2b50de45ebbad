"""What a state holds, as far as its text can be read. What cannot be read is never taken for empty.

Formats: Terraform's state of version 4, in which `resources` is never left out; and what OpenTofu writes with
state encryption, where everything but serial and lineage is in `encrypted_data` (OpenTofu documentation,
"State and Plan Encryption"). Terraform makes an empty file to lock a state that is not there yet, and reads
it as none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

_ARNS = ("vector_bucket_arn", "arn")


@dataclass(frozen=True, slots=True)
class Content:
    """`none`: there is no state. `read`: it has `resources` of `accounts`. Otherwise both are not known."""

    kind: Literal["none", "read", "encrypted", "damaged"]
    resources: int = 0
    accounts: frozenset[str] = frozenset()

    @property
    def held(self) -> str | None:
        """What it holds, in words; None for nothing."""
        match self.kind:
            case "encrypted":
                return "data that OpenTofu has encrypted, so its content is unknown"
            case "damaged":
                return "data that cannot be read, so its content is unknown"
            case _:
                return f"{self.resources} resources" if self.resources else None


NOTHING = Content("none")


def read(state: bytes) -> Content:
    """The content of a state, as it is stored or as `terraform state pull` prints it."""
    if not state.strip():
        return NOTHING
    try:
        document = json.loads(state)
        if "encrypted_data" in document:
            return Content("encrypted")
        if "lineage" not in document:
            return Content("damaged")
        instances = list(_instances(document["resources"]))
        return Content("read", len(instances), frozenset(_accounts(instances)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Content("damaged")


def read_file(path: Path) -> Content:
    """The content of a local state. An empty one was emptied if a earlier copy lies next to it."""
    try:
        content = read(path.read_bytes())
    except FileNotFoundError:
        return NOTHING
    except OSError:
        return Content("damaged")
    return Content("damaged") if content.kind == "none" and _backed_up(path) else content


def backup(path: Path) -> Path:
    """Where Terraform keeps the state from before its last change of a local one."""
    return path.with_name(f"{path.name}.backup")


def shown(path: Path) -> str:
    """A path as a person in the folder of this process types it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _backed_up(path: Path) -> bool:
    before = backup(path)
    return before.exists() and before.stat().st_size > 0


def _instances(resources: Any) -> Iterator[dict[str, Any]]:
    for resource in resources:
        if resource["mode"] == "managed":
            yield from resource["instances"]


def _accounts(instances: list[dict[str, Any]]) -> Iterator[str]:
    for instance in instances:
        for name in _ARNS:
            parts = str((instance.get("attributes") or {}).get(name, "")).split(":")
            if len(parts) > 5 and parts[4].isdecimal():
                yield parts[4]
