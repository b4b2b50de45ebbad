"""Saved plans, to review first and apply later: in a folder, with what they were made from.

A plan file holds values of the configuration and of the state, some of which are secrets (Terraform
documentation, `terraform plan -out`). So nobody but the owner may enter the folder.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vectorform import __version__
from vectorform.errors import UserError
from vectorform.rollout.world import World, moved

_MANIFEST = "plans.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The plan of one stack. `changes` False: nothing was to be done. `digest` is of the file's bytes."""

    path: Path
    region: str
    made: datetime
    changes: bool
    digest: str
    world: World

    def objections(self, now: World) -> list[str]:
        """Why it is not to be applied: what has changed since it was made. Empty where nothing has."""
        try:
            found = _digest(self.path)
        except OSError as error:
            return [f"{self.path}: cannot be read: {error.strerror}"]
        if found != self.digest:
            return [f"{self.path} is not the file that was saved"]
        return list(moved(self.world, now))


@dataclass
class Keeper:
    """Keeps plans in a folder that is new or empty. Thread-safe."""

    folder: Path
    environment: str
    finished: bool = False
    _plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, folder: Path, environment: str) -> Keeper:
        """Make the folder, for its owner alone. Raises UserError."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise UserError(f"{folder}: plans need a folder of their own: name an empty one")
            folder.chmod(0o700)
        except OSError as error:
            raise UserError(f"{folder}: plans cannot be saved there: {error.strerror}") from None
        return cls(folder, environment)

    def keep(self, stack: str, region: str, plan: Path, changes: bool, world: World) -> None:
        """Keep one plan. Raises OSError."""
        path = self.folder / f"{stack}.tfplan"
        _write(path, plan.read_bytes())
        entry = {
            "region": region,
            "file": path.name,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "changes": changes,
            "digest": _digest(path),
            "world": dataclasses.asdict(world),
        }
        with self._lock:
            self._plans[stack] = entry

    def finish(self) -> None:
        """Without this, the folder is none of plans."""
        document = {
            "format": _FORMAT,
            "vectorform": __version__,
            "environment": self.environment,
            "stacks": self._plans,
        }
        _write(self.folder / _MANIFEST, json.dumps(document, indent=2, sort_keys=True).encode())
        self.finished = True

    def discard(self) -> None:
        """Keep nothing: some plan could not be made."""
        for path in self.folder.glob("*.tfplan"):
            path.unlink()


def read(folder: Path, environment: str) -> Mapping[str, SavedPlan]:
    """The plans in a folder, by stack. Raises UserError."""
    path = folder / _MANIFEST
    again = f"`vectorform rollout {environment} --plan-out FOLDER` makes them"
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != _FORMAT:
            raise UserError(
                f"{path}: plans of vectorform {document['vectorform']}, which is not this version; plan "
                f"again: {again}"
            )
        if document["environment"] != environment:
            raise UserError(f"{folder} has plans for {document['environment']}, not for {environment}")
        return {stack: _plan(folder, entry) for stack, entry in document["stacks"].items()}
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}: {folder} has no plans; {again}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{path} is damaged; {again}") from None


def _plan(folder: Path, entry: Mapping[str, Any]) -> SavedPlan:
    made = datetime.fromisoformat(entry["made"])
    world = World(**entry["world"])
    name = Path(str(entry["file"])).name
    return SavedPlan(
        folder / name, str(entry["region"]), made, bool(entry["changes"]), entry["digest"], world
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
