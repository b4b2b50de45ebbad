"""What `vectorform backend check` finds out about a backend, before a deploy relies on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.state import local


class NotReady(UserError):
    """A rollout would fail, or nobody knows whether it would: `exit_code` is 1 or 2."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__(
            "\n".join(f"{check.what}: {check.fix}" if check.fix else check.what for check in checks)
        )
        self.exit_code = exit_code(checks)


def check(environment: Environment, root: Path) -> Iterator[Check]:
    """Look at the backend of every stack of the environment; `root` is the project's folder."""
    from vectorform.state.unsound import errored, unsound

    yield from unsound(environment, root)
    yield from errored(Path(os.environ.get("CDKTF_OUTDIR", root / "cdktf.out")))
    match environment.backend.type:
        case "local":
            yield from local.check(environment, root)
        case "s3":
            from vectorform.state import s3

            yield from s3.check(environment, local.held(environment, root))
        case "cloud":
            from vectorform.state.cloud import checks

            yield from checks.check(environment, local.held(environment, root))


def refuse_unready(environment: Environment, root: Path, *, applying: bool) -> None:
    """Raises NotReady if a remote backend, in S3 or HCP Terraform, keeps a rollout from its end.

    So do regions that were removed while their state still holds something, and what could not be looked at.
    Local states are looked at by every synth, which cannot wait for a service. `applying`: not a dry run.
    """
    found: Iterator[Check] = iter(())
    match environment.backend.type:
        case "s3":
            from vectorform.state import s3

            found = s3.leftovers(environment)
        case "cloud":
            from vectorform.state.cloud import checks

            found = checks.hindrances(environment, local.held(environment, root), applying=applying)
    hindering = [check for check in found if check.outcome != "fine"]
    if hindering:
        raise NotReady(hindering)


def exit_code(checks: Sequence[Check]) -> int:
    """0 all fine, 1 something is wrong, 2 something could not be looked at."""
    outcomes = {check.outcome for check in checks}
    return 2 if "unknown" in outcomes else 1 if "wrong" in outcomes else 0
