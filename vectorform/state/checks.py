"""What `vectorform backend check` finds out about a backend, before a deploy relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.state import local

if TYPE_CHECKING:
    from vectorform.state.own import Pull


class NotReady(UserError):
    """A rollout would fail, or it is unknown whether it would: `exit_code` is 1 or 2."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__(
            "\n".join(f"{check.what}: {check.fix}" if check.fix else check.what for check in checks)
        )
        self.exit_code = exit_code(checks)


def check(environment: Environment, outdir: Path, pull: Pull) -> Iterator[Check]:
    """Look at the backend of every stack of the environment.

    `outdir` is where the stacks are synthesized: local states are next to it.
    """
    from vectorform.state.interrupted import interrupted
    from vectorform.state.own import encrypted
    from vectorform.state.unsound import errored, unsound

    yield from unsound(environment, outdir.parent)
    yield from interrupted(environment, outdir.parent)
    yield from encrypted(environment, outdir.parent, pull)
    yield from errored(outdir)
    match environment.backend.type:
        case "local":
            yield from local.check(environment, outdir.parent)
        case "s3":
            from vectorform.state.s3 import checks as s3

            yield from s3.check(environment, local.held(environment, outdir.parent), pull)
        case "cloud":
            from vectorform.state.cloud import checks

            yield from checks.check(environment, local.held(environment, outdir.parent))
        case "http":
            from vectorform.state import http

            yield from http.check(environment, local.held(environment, outdir.parent), pull)
        case other:
            assert_never(other)


def refuse_foreign(environment: Environment, folder: Path, pull: Pull) -> None:
    """Raises UnsoundState if an encrypted local state is of another account, or of none that is known.

    Plain ones are checked by every synth, which cannot decrypt.
    """
    from vectorform.state.own import encrypted
    from vectorform.state.unsound import refuse

    refuse(found for found in encrypted(environment, folder, pull) if found.outcome != "fine")


def refuse_unready(environment: Environment, root: Path, *, applying: bool) -> None:
    """Raises NotReady if a remote backend keeps a rollout from its end.

    So do regions that were removed while their state still holds something, and what could not be checked.
    Local states are checked by every synth, which cannot wait for a service. `applying`: not a dry run.
    """
    found: Iterator[Check] = iter(())
    match environment.backend.type:
        case "s3":
            from vectorform.state.s3.leftovers import leftovers

            found = leftovers(environment)
        case "cloud":
            from vectorform.state.cloud import checks

            found = checks.hindrances(environment, local.held(environment, root), applying=applying)
        case "http":
            from vectorform.state import http

            found = http.leftovers(environment)
        case "local":
            pass
        case other:
            assert_never(other)
    hindering = [check for check in found if check.outcome != "fine"]
    if hindering:
        raise NotReady(hindering)


def exit_code(checks: Sequence[Check]) -> int:
    """0 all fine, 1 something is wrong, 2 something could not be checked."""
    outcomes = {check.outcome for check in checks}
    return 2 if "unknown" in outcomes else 1 if "wrong" in outcomes else 0
