"""The status of an environment: its states, compared with its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from vectorform.check import Check
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment, Region
from vectorform.state.interrupted import interrupted
from vectorform.state.status.ingestion import Ingestion
from vectorform.state.status.retiring import Retiring, retiring
from vectorform.state.status.seen import Kind, Lock, Seen
from vectorform.state.unsound import errored, unsound

# A deploy of a region takes minutes; a lock that is older was probably left behind.
LONG = timedelta(hours=1)

Deployed = Literal["up to date", "behind", "unfinished", "never", "not recorded", "unknown"]
Verified = Literal["passed", "failed", "not yet", "not recorded", "unknown"]


@dataclass(frozen=True, slots=True)
class RegionStatus:
    """One region. `deployed` says whether its last apply is of the desired state that the file has today.

    unfinished: an apply has begun, and did not come to its verification.
    `verified` is what the verification of that apply said. Where the verifier does not run within applies,
    the state records neither. `lock_seen` False: whether there is a lock is not known.
    """

    region: str
    stack: str
    state: Kind
    written: datetime | None
    by: str
    serial: int | None
    version: str
    deployed: Deployed
    verified: Verified
    lock: Lock | None
    lock_seen: bool


@dataclass(frozen=True, slots=True)
class Status:
    """An environment at a moment. `wrong` is what to fix; `unseen` what could not be checked."""

    environment: Environment
    at: datetime
    regions: tuple[RegionStatus, ...]
    retiring: tuple[Retiring, ...]
    ingestions: tuple[Ingestion, ...]
    wrong: tuple[Check, ...]
    unseen: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """2: something was not seen; 1: something is wrong; 0."""
        return 2 if self.unseen else 1 if self.wrong else 0


def status(
    environment: Environment,
    seen: Mapping[str, Seen],
    outdir: Path,
    at: datetime,
    ingested: tuple[tuple[Ingestion, ...], tuple[Check, ...]] = ((), ()),
) -> Status:
    """Judge what was seen. `outdir` is where the stacks are synthesized: local states are next to it.

    `ingested` are the last ingestions, and what was said of them.
    """
    regions = tuple(_region(environment, region, seen[region.name]) for region in environment.regions)
    checks = [*_of_folder(environment, outdir)]
    for found in regions:
        checks += [
            Check(check.outcome, f"{found.region}: {check.what}", check.fix)
            for check in seen[found.region].checks
        ]
        checks += _of_region(environment, found, at)
    ingestions, of_ingestions = ingested
    checks += of_ingestions
    recorded = {region.name: seen[region.name].recorded for region in environment.regions}
    return Status(
        environment,
        at,
        regions,
        tuple(retiring(environment, recorded)),
        ingestions,
        tuple(check for check in checks if check.outcome == "wrong"),
        tuple(check for check in checks if check.outcome == "unknown"),
    )


def _region(environment: Environment, region: Region, seen: Seen) -> RegionStatus:
    record = seen.recorded
    deployed: Deployed
    verified: Verified
    if seen.kind == "none" or (record and not record.resources):
        deployed, verified = "never", "not yet"
    elif record is None:
        deployed, verified = "unknown", "unknown"
    elif record.fingerprint is None:
        within = environment.verification.after_apply
        deployed, verified = ("unfinished", "not yet") if within else ("not recorded", "not recorded")
    else:
        deployed = "up to date" if record.fingerprint == fingerprint(environment, region) else "behind"
        verified = "passed" if record.verified else "failed"
    return RegionStatus(
        region.name,
        environment.stack_id(region),
        seen.kind,
        seen.written,
        seen.by,
        record.serial if record else None,
        seen.version,
        deployed,
        verified,
        seen.lock,
        seen.lock_seen,
    )


def _of_folder(environment: Environment, outdir: Path) -> Iterator[Check]:
    """What lies in the project's folder: killed applies, damaged states, states that could not be saved."""
    yield from unsound(environment, outdir.parent)
    yield from interrupted(environment, outdir.parent)
    for region in environment.regions:
        yield from errored(outdir, environment.stack_id(region))


def _of_region(environment: Environment, found: RegionStatus, at: datetime) -> Iterator[Check]:
    again = f"vectorform rollout {environment.name} --only {found.region}"
    lock = found.lock
    held_long = lock is not None and (lock.since is None or at - lock.since > LONG)
    runs = lock is not None and not held_long and "appl" in lock.operation
    if runs:  # what its apply has not come to yet is nothing wrong
        return
    if found.deployed == "behind":
        yield Check(
            "wrong",
            f"{found.region}: the configuration has changed since the last apply",
            f"see what is not deployed: `{again} --dry-run`",
        )
    if found.deployed == "never":
        yield Check("wrong", f"{found.region}: nothing is deployed", f"`{again}`")
    if found.deployed == "unfinished":
        yield Check("wrong", f"{found.region}: its last apply did not complete", f"`{again}`")
    if found.verified == "failed":
        yield Check(
            "wrong",
            f"{found.region}: the verification of its last apply failed",
            f"`vectorform verify {environment.name} --region {found.region}`",
        )
    if lock and held_long:
        since = f" since {lock.since:%Y-%m-%d %H:%M} UTC" if lock.since else ""
        unlock = f"; if not: `{lock.unlock}`" if lock.unlock else ""
        yield Check(
            "wrong",
            f"{found.region}: locked by {lock.who}{since}{f' ({lock.operation})' if lock.operation else ''}",
            f"check whether it still runs{unlock}",
        )
