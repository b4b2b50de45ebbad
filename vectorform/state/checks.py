"""What `vectorform backend check` finds out about a backend, before the first deploy relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vectorform.check import Check
from vectorform.desired.model import Environment

if TYPE_CHECKING:
    from vectorform.state.own import Pull


def check(environment: Environment, outdir: Path, pull: Pull) -> Iterator[Check]:
    """Look at the backend of every stack of the environment.

    `outdir` is where the stacks are synthesized: local states are beside it.
    """
    from vectorform.state.own import encrypted
    from vectorform.state.unsound import errored, unsound

    yield from unsound(environment, outdir.parent)
    yield from encrypted(environment, outdir.parent, pull)
    yield from errored(outdir)
    match environment.backend.type:
        case "local":
            from vectorform.state import local

            yield from local.check(environment, outdir.parent)
        case "s3":
            from vectorform.state import s3

            yield from s3.check(environment, pull)
        case "cloud":
            from vectorform.state import cloud

            yield from cloud.check(environment)


def refuse_foreign(environment: Environment, folder: Path, pull: Pull) -> None:
    """Raises UnsoundState if an encrypted local state is of another account, or of none that is known.

    Plain ones are looked at by every synth, which cannot decrypt.
    """
    from vectorform.state.own import encrypted
    from vectorform.state.unsound import refuse

    refuse(found for found in encrypted(environment, folder, pull) if found.outcome != "fine")


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
