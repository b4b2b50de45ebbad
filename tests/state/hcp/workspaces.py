"""Workspaces with their locks, states and runs: what the service keeps."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# "Runs", Run states: nothing comes after these, and no other run waits for them.
ENDED = ("applied", "planned_and_finished", "planned_and_saved", "discarded", "errored", "canceled")


@dataclass
class Workspace:
    """One workspace; `folder` is where its runs happen, `locked` is why it is locked by hand."""

    id: str
    name: str
    folder: Path
    attributes: dict[str, Any] = field(default_factory=dict)
    states: list[bytes] = field(default_factory=list)
    uploads: list[list[str]] = field(default_factory=list)
    locked: str | None = None

    @property
    def resources(self) -> list[dict[str, Any]]:
        """What the state holds, as "State Versions" shows it."""
        found = json.loads(self.states[-1])["resources"] if self.states else []
        return [
            {
                "name": entry["name"],
                "type": f"data.{entry['type']}" if entry["mode"] == "data" else entry["type"],
                "count": len(entry["instances"]),
                "module": "root",
                "provider": entry["provider"],
            }
            for entry in found
        ]


@dataclass
class Run:
    """One run: a plan and perhaps its apply, which Terraform carries out in a thread."""

    id: str
    workspace: Workspace
    attributes: dict[str, Any]
    environ: Mapping[str, str]
    status: str = "pending"
    log: bytes = b""
    apply_log: bytes = b""
    has_changes: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None
    _cancelled: bool = False

    @property
    def saved(self) -> bool:
        return bool(self.attributes.get("save-plan"))

    @property
    def plan_only(self) -> bool:
        return bool(self.attributes.get("plan-only"))

    @property
    def confirmable(self) -> bool:
        return self.status in ("planned", "planned_and_saved")

    @property
    def cancelable(self) -> bool:
        return self.status in ("pending", "planning", "applying")

    def start(self) -> None:
        """Plan, now that no other run is before it."""
        self.status = "planning"
        self._begin(self._plan)

    def confirm(self) -> None:
        self.status = "applying"
        self._begin(self._apply)

    def discard(self) -> None:
        self.status = "discarded"

    def cancel(self) -> None:
        """A plan or apply is interrupted, as Ctrl-C does it ("Runs", Cancel a run)."""
        self._cancelled = True
        if self.status == "pending":
            self.status = "canceled"
            return
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
        if self.status == "planning":
            self.status = "canceled"  # an apply is so only once it has saved its state

    def wait(self) -> None:
        """Until Terraform has ended, if it runs."""
        if self._thread is not None:
            self._thread.join()

    def terraform(self, *arguments: str) -> tuple[int, bytes]:
        """Run Terraform in the workspace's folder."""
        with subprocess.Popen(
            ["terraform", *arguments, "-no-color"],
            cwd=self.workspace.folder,
            env=dict(self.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as self._process:
            text, _ = self._process.communicate()
        return self._process.returncode, text

    def _begin(self, work: Any) -> None:
        self._thread = threading.Thread(target=work)
        self._thread.start()

    def _plan(self) -> None:
        code, text = self.terraform("init", "-input=false")
        if code == 0 and not self._cancelled:
            destroy = ["-destroy"] if self.attributes.get("is-destroy") else []
            options = ["-input=false", "-detailed-exitcode", "-out=run.plan", *destroy]
            code, more = self.terraform("plan", *options)
            text += more
        self.has_changes = code == 2
        self.log = text
        self.status = "canceled" if self._cancelled else self._planned(code)
        if self.status == "planned" and self.attributes.get("auto-apply"):
            self.status = "applying"
            self._apply()

    def _planned(self, code: int) -> str:
        if code not in (0, 2):
            return "errored"
        if not self.has_changes or self.plan_only:
            return "planned_and_finished"
        return "planned_and_saved" if self.saved else "planned"

    def _apply(self) -> None:
        code, self.apply_log = self.terraform("apply", "-input=false", "run.plan")
        state = self.workspace.folder / "run.tfstate"
        if state.exists():
            self.workspace.states.append(state.read_bytes())
        self.status = "canceled" if self._cancelled else "errored" if code else "applied"
