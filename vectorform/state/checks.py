"""What `vectorform backend check` finds out about a backend, before the first deploy relies on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from vectorform.check import Check
from vectorform.desired.model import Environment


def check(environment: Environment, root: Path) -> Iterator[Check]:
    """Look at the backend of every stack of the environment; `root` is the project's folder."""
    from vectorform.state.unsound import errored, unsound

    yield from unsound(environment, root)
    yield from errored(environment, Path(os.environ.get("CDKTF_OUTDIR", root / "cdktf.out")))
    match environment.backend.type:
        case "local":
            from vectorform.state import local

            yield from local.check(environment, root)
        case "s3":
            from vectorform.state import s3

            yield from s3.check(environment)
        case "cloud":
            from vectorform.state import cloud

            yield from cloud.check(environment)


def refuse_remote_leftovers(environment: Environment) -> None:
    """Raises LeftBehind if a removed region's state, in S3 or HCP Terraform, still holds something.

    Local states are looked at by every synth, which cannot wait for a service.
    """
    from vectorform.state import cloud, s3
    from vectorform.state.regions import refuse

    match environment.backend.type:
        case "s3":
            refuse(s3.leftovers(environment))
        case "cloud":
            refuse(cloud.leftovers(environment))


def exit_code(checks: Sequence[Check]) -> int:
    """0 all fine, 1 something is wrong, 2 something could not be looked at."""
    outcomes = {check.outcome for check in checks}
    return 2 if "unknown" in outcomes else 1 if "wrong" in outcomes else 0
