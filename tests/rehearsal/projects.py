"""A project in a folder of its own, as a user would have it, and the commands run in it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import nursery
from tests.cli.terminal import forked
from tests.paths import ROOT

BIN = Path(sys.prefix) / "bin"
VECTORFORM = [sys.executable, "-m", "vectorform"]
TIMEOUT_SECONDS = 240
# Settings of AWS and Terraform, and what loading the bindings in this very process sets for Node.
_NOT_INHERITED = ("AWS_", "TF_", "CDKTF_", "NODE_OPTIONS", "JSII_")


@dataclass
class Project:
    """A copy of the shipped configuration. `shell` is what the export lines of a kept rehearsal set."""

    path: Path
    shell: dict[str, str] = field(default_factory=dict)

    def run(
        self, *command: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the project, turned to the kept rehearsal if there is one."""
        return subprocess.run(
            command,
            cwd=self.path,
            env={**plain_environment(), **self.shell, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )

    def vectorform(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One of our commands, as a fork: see `tests.cli.terminal`."""
        variables = {**plain_environment(), **self.shell, **(environment or {})}
        return forked(self.path, arguments, variables, timeout=TIMEOUT_SECONDS)

    def deploy(self, *stacks: str) -> subprocess.CompletedProcess[str]:
        """The real `cdktf deploy`, without its animation."""
        return self.run("cdktf", "deploy", *stacks, "--auto-approve", environment={"CI": "true"})

    def rehearse_and_keep(self, environment: str) -> subprocess.CompletedProcess[str]:
        """Rehearse, keep the local AWS, and turn `shell` to it by the lines that were printed.

        Every process is started as users start it.
        """
        without_nursery = {nursery.SOCKET: ""}
        done = self.run(*VECTORFORM, "rehearse", environment, "--keep", environment=without_nursery)
        for line in done.stdout.splitlines():
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                self.shell[name] = shlex.split(value)[0]
        return done

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        path = self.path / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} has {text.count(old)} times {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")


def plain_environment() -> dict[str, str]:
    """This process's environment: no AWS or Terraform settings, the virtual environment's commands first.

    A provider that is started in it is a fork: see `tests.nursery`.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_INHERITED)}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{kept['PATH']}", **nursery.variables()}


def copy_of_the_shipped(path: Path) -> Project:
    """The shipped configuration and app in `path`."""
    path.mkdir()
    shutil.copytree(ROOT / "config", path / "config")
    for name in ("main.py", "cdktf.json"):
        shutil.copy(ROOT / name, path / name)
    (path / ".venv").symlink_to(sys.prefix)
    (path / "node_modules").symlink_to(ROOT / "node_modules")
    return Project(path)
