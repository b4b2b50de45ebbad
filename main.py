"""The CDKTF app: reads every environment in config/ and synthesizes its stacks. `cdktf deploy` runs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import environments
from stacks import bindings
from state.local import refuse_leftovers
from state.unsound import refuse_unsound


def main() -> int:
    """Synthesize all environments into cdktf.out; 0 done, 1 configuration refused."""
    root = Path(__file__).resolve().parent
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).absolute()
    bindings.prepare()
    try:
        with bindings.loading():
            desired = environments.load_all(root)
            refuse_leftovers(desired, outdir.parent)
            refuse_unsound(desired, outdir)
    except environments.UserError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code

    from stacks.app import synthesize  # imports cdktf, which `prepare` has to precede

    synthesize(desired)
    return 0


if __name__ == "__main__":
    sys.exit(main())
