"""The CDKTF app of a rehearsal: the project's own main.py, with the state kept on this machine.

A rehearsal of an environment whose state is in S3 or in HCP Terraform must not touch that state. So the
backend of each synthesized stack is replaced by one on this machine; nothing else is.
"""

from __future__ import annotations

import vectorform.start  # noqa: F401, first: from here on, Ctrl-C leaves no traceback

# isort: split
import os
import runpy
import sys
from pathlib import Path

from vectorform.processes.project import stack_folders
from vectorform.rehearsal import first_states


def main() -> int:
    """Synthesize as main.py does, then keep every stack's state here; returns main.py's exit code."""
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = ["main.py"]
    try:
        runpy.run_path("main.py", run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            return ended.code if isinstance(ended.code, int) else 1
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
    for folder in stack_folders(outdir).values():
        first_states.use(os.environ, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
