"""The CDKTF app: reads every environment in config/ and synthesizes its stacks. `cdktf deploy` runs it."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from vectorform.blocks import bindings
from vectorform.errors import UserError
from vectorform.processes.output_lock import Abandoned, hold_for_cdktf


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    """Synthesize every sound environment into cdktf.out; 0 done, 1 or 2 when there is none.

    What is wrong with an environment is told on stderr, and it gets no stack: an empty one would destroy all
    that it has.
    """
    root = Path(__file__).resolve().parent
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).absolute()
    try:
        hold_for_cdktf(outdir, _tell)
    except Abandoned:
        return 1
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    gc.disable()  # a second of work that keeps nearly all it makes: looking for garbage costs 3 % of it
    bindings.prepare()
    sound = []
    exit_code = 0
    with bindings.loading("stacks.app"):  # mostly waiting for Node: all else of Python's work fits in
        from vectorform import language
        from vectorform.state.interrupted import interrupted
        from vectorform.state.local import refuse_leftovers
        from vectorform.state.placements import placements
        from vectorform.state.unsound import refuse_errored, refuse_unsound

        try:
            reports = language.check_all(root)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
        for report in reports:
            try:
                environment = report.required()
                refuse_leftovers(environment, outdir.parent)
                refuse_unsound(environment, outdir.parent)
            except UserError as error:
                sys.stderr.write(f"{error}\n{report.name} has no stack until that is put right\n")
                exit_code = max(exit_code, error.exit_code)
            else:
                sound.append(environment)
                for killed in interrupted(environment, outdir.parent):
                    # The cdktf command line shows stdout always, stderr only when a synth fails.
                    sys.stdout.write(f"{killed.what}\n  {killed.fix}\n")
        try:
            refuse_errored(outdir)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
        placed = placements(sound, outdir.parent)
    if exit_code and not sound:
        return exit_code

    from stacks.app import synthesize  # imports cdktf, which `prepare` has to precede

    synthesize(sound, placements=placed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
