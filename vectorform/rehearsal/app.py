"""The CDKTF app of a rehearsal: the project's own main.py, with the state kept on this machine.

A rehearsal of an environment whose state is in S3 or in HCP Terraform must not touch that state. So the
backend of each synthesized stack is replaced by a local one; nothing else is.
"""

from __future__ import annotations

import vectorform.start  # noqa: F401, first: from here on, Ctrl-C leaves no traceback

# isort: split
import json
import os
import runpy
import sys
from pathlib import Path

from vectorform.desired.backends import LOCAL_STATE
from vectorform.processes.project import stack_folders


def main() -> int:
    """Synthesize as main.py does, then make every stack's backend local; returns main.py's exit code."""
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = ["main.py"]
    try:
        runpy.run_path("main.py", run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            return ended.code if isinstance(ended.code, int) else 1
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
    for folder in stack_folders(outdir).values():
        _use_local_state(folder / "cdk.tf.json")
    return 0


def _use_local_state(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    terraform = document["terraform"]
    if "local" in terraform.get("backend", {}):
        return
    terraform.pop("cloud", None)  # HCP Terraform is no backend, in Terraform's language
    terraform["backend"] = {"local": {"path": f"../../../{LOCAL_STATE.format(stack=path.parent.name)}"}}
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
