"""Synthesize every sound environment of a project, while Node is starting: a synth takes about a second."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vectorform.blocks import bindings
from vectorform.errors import UserError
from vectorform.processes.output_lock import Abandoned, hold_for_cdktf, started_by_cdktf
from vectorform.processes.provider_lock import carry
from vectorform.toolchain.extras import advice

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.desired.placement import Placement


def run(root: Path, app: str) -> int:
    """Synthesize into CDKTF_OUTDIR, or cdktf.out here; 0 done, 1 or 2 when there is nothing to synthesize.

    `app` is the module with the project's `synthesize`. What is wrong is told on stderr, or where the cdktf
    command line shows it. An environment with an error gets no stack: an empty one would destroy all it has.
    """
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).absolute()
    try:
        hold_for_cdktf(outdir, _tell)
        gc.disable()  # a second of work that keeps nearly all it makes: looking for garbage costs 3 % of it
        bindings.prepare()
        with bindings.loading(app):  # mostly waiting for Node: all else of Python's work fits in
            sound, placements, exit_code = _sound(root, outdir)
        if exit_code and not sound:
            return exit_code
        # Imports cdktf, which `prepare` has to precede.
        importlib.import_module(app).synthesize(sound, placements=placements)
        stacks = (environment.stack_id(region) for environment in sound for region in environment.regions)
        carry(root, (outdir / "stacks" / stack for stack in stacks))
    except Abandoned:
        return 1
    except UserError as error:
        _tell(str(error))
        return error.exit_code
    except ModuleNotFoundError as error:
        remedy = advice(error.name)
        if remedy is None:
            raise
        _tell(remedy)
        return 2
    return 0


def _sound(root: Path, outdir: Path) -> tuple[list[Environment], Mapping[str, Placement], int]:
    """The environments that can be synthesized, where their states have the indexes, and the exit code."""
    from vectorform import language
    from vectorform.state.interrupted import interrupted
    from vectorform.state.local import refuse_leftovers
    from vectorform.state.placements import placements
    from vectorform.state.unsound import refuse_errored, refuse_unsound

    sound = []
    refused = []
    exit_code = 0
    for report in language.check_all(root):
        try:
            environment = report.required()
            refuse_leftovers(environment, outdir.parent)
            refuse_unsound(environment, outdir.parent)
        except UserError as error:
            refused.append(f"{error}\n{report.name} has no stack until that is fixed")
            exit_code = max(exit_code, error.exit_code)
        else:
            sound.append(environment)
            for killed in interrupted(environment, outdir.parent):
                _mention(f"{killed.what}\n  {killed.fix}")
    for text in refused:
        # Where nothing is sound the synth fails.
        (_mention if sound and started_by_cdktf() else _tell)(text)
    refuse_errored(outdir)
    return sound, placements(sound, outdir.parent), exit_code


def _mention(line: str) -> None:
    """What must be seen although the synth continues: the cdktf command line shows stdout always, stderr
    only when a synth fails."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
