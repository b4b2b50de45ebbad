"""The CDKTF app of a rehearsal: the project's own main.py, with the state kept on this machine.

A rehearsal of an environment whose state is in S3 or in HCP Terraform must not touch that state. So the
backend of each synthesized stack is replaced by a local one; nothing else is.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path


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
    for document in sorted(outdir.glob("stacks/*/cdk.tf.json")):
        _use_local_state(document)
    return 0


def _use_local_state(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = json.loads(text)
    if set(document["terraform"]["backend"]) == {"local"}:
        return
    state = f"../../../terraform.{path.parent.name}.tfstate"
    document["terraform"]["backend"] = {"local": {"path": state}}
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
