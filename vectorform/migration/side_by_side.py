"""The migrations of several regions side by side: one that cannot continue does not hold the others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from vectorform.errors import UserError
from vectorform.migration.calls import Refused
from vectorform.migration.journal import Progress
from vectorform.migration.migrate import Migration, Result
from vectorform.migration.places import Place
from vectorform.threads import at_once


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one migration ended: with a `result`, or where it was when `error` ended it."""

    source: Place
    target: Place
    seconds: float
    progress: Progress
    result: Result | None
    error: str = ""


def run_all(migrations: Sequence[Migration]) -> list[Outcome]:
    """Run them at the same time, in threads of their own. On KeyboardInterrupt all note where they are."""

    def stop() -> None:
        for migration in migrations:
            migration.stop()

    return at_once([partial(_run, migration) for migration in migrations], name="migration", stop=stop)


def _run(migration: Migration) -> Outcome:
    start = time.monotonic()
    result: Result | None = None
    error = ""
    try:
        result = migration.run()
    except (Refused, UserError) as failure:
        error = str(failure)
    seconds = time.monotonic() - start
    return Outcome(migration.source, migration.target, seconds, migration.progress, result, error)
