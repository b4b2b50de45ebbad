"""`vectorform status`: how an environment stands, for the person on call."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vectorform.cli.arguments import Env
from vectorform.cli.output import Format, print_json
from vectorform.cli.screen_lines import wrapped
from vectorform.cli.working import doing
from vectorform.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vectorform.check import Check
    from vectorform.report.verification import Verification
    from vectorform.state.status.seen import Lock
    from vectorform.state.status.standing import RegionStatus, Status

_INGESTION_SECONDS = 3.0
_HEADER = ("region", "last apply (UTC)", "by", "deployed", "verified", "lock")


def command(
    environment: Env,
    verification: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The last output of `vectorform verify ENV --format json`."),
    ] = None,
    format: Annotated[Format, typer.Option(help="text: one screen.")] = Format.text,
) -> None:
    """Show the state of an environment, region by region.

    The last apply, its verification, the lock, and what is being retired.

    Reads the Terraform states; locks and changes nothing. It takes 10 seconds at most.

    Exit 0: fine; 1: something is wrong, such as an interrupted apply, an old lock or a region that is
    behind; 2: something could not be read.
    """
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare
    from vectorform.processes.project import output_folder
    from vectorform.report.verification import read
    from vectorform.state.status.ingestion import ingestions
    from vectorform.state.status.look import look
    from vectorform.state.status.standing import status

    root = project_root(Path.cwd())
    desired = load_to_compare(environment, root)
    last = read(verification, desired.name) if verification else None
    outdir = output_folder(root)
    with doing(f"reading the states of {len(desired.regions)} regions") as tell:
        seen = look(desired, outdir.parent)
        tell("reading ingestion jobs")
        records = {name: each.recorded for name, each in seen.items()}
        ingested = ingestions(desired, records, _INGESTION_SECONDS)
    found = status(desired, seen, outdir, datetime.now(UTC), ingested)
    if format is Format.json:
        print_json(document(found, last))
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        for line in lines(found, last, width):
            typer.echo(line)
    raise typer.Exit(found.exit_code)


def document(found: Status, last: Verification | None) -> dict[str, Any]:
    """The status as an object; schemas/output/status.schema.json says what each member means."""
    desired = found.environment
    return {
        "environment": desired.name,
        "account_id": desired.account_id,
        "backend": desired.backend.type,
        "at": found.at,
        "exit_code": found.exit_code,
        "regions": found.regions,
        "retiring": found.retiring,
        "ingestions": found.ingestions,
        "verification": {"time": last.time, "verdict": last.verdict} if last else None,
        "wrong": [{"what": check.what, "fix": check.fix} for check in found.wrong],
        "unseen": [{"what": check.what, "fix": check.fix} for check in found.unseen],
    }


def lines(found: Status, last: Verification | None, width: int) -> Iterator[str]:
    """One screen: a line for each region, then what is wrong, what was not seen, and what is retiring."""
    desired = found.environment
    count = len(found.regions)
    yield (
        f"{desired.name}, account {desired.account_id}: {count} region{'' if count == 1 else 's'}, state: "
        f"{_KEPT[desired.backend.type]}"
    )
    yield ""
    yield from _table(found)
    if last:
        yield from _wrapped(
            f"last verification (from --verification): {last.when}: {last.verdict}", width, ""
        )
    yield from _checks("wrong", found.wrong, width)
    yield from _checks("not seen", found.unseen, width)
    if found.retiring:
        yield ""
        yield "retiring:"
        for entry in found.retiring:
            yield f"  {entry.index}"
            yield from _wrapped(f"next: {entry.next}", width, "    ")
    if found.ingestions:
        yield ""
        yield "last ingestions:"
    for ingestion in found.ingestions:
        when = f", {ingestion.at:%Y-%m-%d %H:%M}" if ingestion.at else ""
        failed = f", {ingestion.documents_failed} documents failed" if ingestion.documents_failed else ""
        state = ingestion.status.lower().replace("_", " ")
        yield from _wrapped(
            f"{ingestion.data_source} [{ingestion.region}]: {state}{when}{failed}", width, "  "
        )
    if not found.wrong and not found.unseen:
        yield ""
        yield "nothing is wrong; to check AWS for drift: vectorform verify " + desired.name


_KEPT = {"local": "files in this folder", "s3": "S3", "cloud": "HCP Terraform", "http": "behind an address"}


def _table(found: Status) -> Iterator[str]:
    rows = [_HEADER, *(_row(region, found.at) for region in found.regions)]
    if not any(row[2] for row in rows[1:]):  # S3 and HTTP do not say who wrote it
        rows = [(*row[:2], *row[3:]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()


def _row(region: RegionStatus, at: datetime) -> tuple[str, ...]:
    written = f"{region.written:%Y-%m-%d %H:%M}" if region.written else "-"
    by = printable(region.by)
    return (
        region.region,
        written,
        by if len(by) <= 12 else f"{by[:11]}~",
        region.deployed.upper() if region.deployed in ("behind", "unfinished") else region.deployed,
        region.verified.upper() if region.verified == "failed" else region.verified,
        _lock(region.lock, at) if region.lock_seen else "unknown",
    )


def _lock(lock: Lock | None, at: datetime) -> str:
    if lock is None:
        return "free"
    return "LOCKED" if lock.since is None else f"for {_age(at - lock.since)}"


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _checks(title: str, checks: Iterable[Check], width: int) -> Iterator[str]:
    checks = list(checks)
    if checks:
        yield ""
        yield f"{title}:"
    for check in checks:
        yield from _wrapped(check.what, width, "  ")
        yield from _wrapped(check.fix, width, "    ")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Lines that fit; a command in backticks or a name is never cut, so one of those may be longer."""
    return wrapped(indent + printable(text), width, indent)
