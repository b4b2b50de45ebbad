"""The project as the cdktf CLI sees it: what cdktf.json and CDKTF_* say, and a synth."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vectorform import engine
from vectorform.errors import UserError
from vectorform.processes.children import Children
from vectorform.processes.output_lock import held
from vectorform.wording import printable

_BIN = Path(sys.prefix) / "bin"


class SynthFailed(UserError):
    """The app did not synthesize; the message is what it said."""

    exit_code = 1


def surroundings(root: Path) -> dict[str, str]:
    """The environment of every child: this process's own, the virtual environment's commands first.

    A kept rehearsal is therefore rolled out to by its export lines alone.
    """
    return {
        "CHECKPOINT_DISABLE": "1",  # looking for newer versions hangs where the network swallows it
        **os.environ,
        "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "CDKTF_OUTDIR": str(output_folder(root)),
        "TF_IN_AUTOMATION": "1",
        engine.VARIABLE: engine.binary(start=root),  # for the cdktf command line, and all that it starts
    }


@contextlib.contextmanager
def alone(root: Path) -> Iterator[dict[str, str]]:
    """The output folder to ourselves, for a synth and what Terraform does in it: surroundings of children.

    Waits for others, and says on stderr for whom. Raises UserError.
    """
    environment = surroundings(root)
    with held(Path(environment["CDKTF_OUTDIR"]), _tell) as ours:
        yield {**environment, **ours}


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def output_folder(root: Path) -> Path:
    """Where stacks are written: CDKTF_OUTPUT, else `output` of cdktf.json, else `cdktf.out`."""
    return root / (os.environ.get("CDKTF_OUTPUT") or _settings(root).get("output") or "cdktf.out")


def terraform_binary(environment: Mapping[str, str]) -> str:
    """The Terraform or OpenTofu command of `surroundings`. Raises UserError when there is none."""
    name = environment.get(engine.VARIABLE) or "terraform"
    more = "" if engine.is_opentofu(name) else ", or: vectorform doctor --install"
    return _found(name, environment, f"install {engine.tool(name)} 1.10 or newer{more}")


def synth(root: Path, children: Children, stacks: Iterable[str]) -> dict[str, Path]:
    """Run the app as `cdktf synth` does, without the 2 s that its command line takes; stack -> its folder.

    What the app says, of other environments that have no stack for instance, goes to stderr.

    Raises SynthFailed, also where the app did not make one of `stacks`, UserError, children.Stopped.
    """
    app = os.environ.get("CDKTF_APP") or _settings(root).get("app")
    if not app:
        raise UserError(f"{root / 'cdktf.json'} has no `app`: the command that synthesizes, `python main.py`")
    child = children.start(["sh", "-c", app])
    said = list(child.lines())
    if children.finish(child) != 0:
        raise SynthFailed("\n".join([*said, f"`{app}` failed, so nothing was deployed"]))
    folders = stack_folders(output_folder(root))
    missing = [stack for stack in stacks if stack not in folders]
    if missing:
        what = f"`{app}` created no stack {', '.join(missing)}, so nothing was deployed"
        raise SynthFailed("\n".join([*said, what]))
    for line in said:
        _tell(printable(line))
    return folders


def _settings(root: Path) -> dict[str, Any]:
    try:
        settings = json.loads((root / "cdktf.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{root / 'cdktf.json'}: not JSON: {error}") from None
    return settings if isinstance(settings, dict) else {}


def stack_folders(output: Path) -> dict[str, Path]:
    """Stack -> its folder, for the stacks of the last synth: others may lie next to them from before."""
    manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
    return {name: output / stack["workingDirectory"] for name, stack in manifest["stacks"].items()}


def _found(command: str, environment: Mapping[str, str], remedy: str) -> str:
    found = shutil.which(command, path=environment["PATH"])
    if found is None:
        raise UserError(f"there is no {command} command: {remedy}")
    return found
