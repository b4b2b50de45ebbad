"""The CDKTF app: reads every environment in config/ and synthesizes its stacks. `cdktf deploy` runs it."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from vectorform.blocks import bindings


def main() -> int:
    """Synthesize all environments into cdktf.out; 0 done, 1 configuration refused."""
    root = Path(__file__).resolve().parent
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).absolute()
    gc.disable()  # a second of work that keeps nearly all it makes: looking for garbage costs 3 % of it
    bindings.prepare()
    with bindings.loading("stacks.app"):  # mostly waiting for Node: all else of Python's work fits in
        from vectorform import language
        from vectorform.state.local import refuse_leftovers
        from vectorform.state.placements import placements
        from vectorform.state.unsound import refuse_unsound

        try:
            desired = language.load_all(root)
            refuse_leftovers(desired, outdir.parent)
            refuse_unsound(desired, outdir)
            placed = placements(desired, outdir.parent)
        except language.UserError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code

    from stacks.app import synthesize  # imports cdktf, which `prepare` has to precede

    synthesize(desired, placements=placed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
