"""What a migration tells at its end: a line for each region, and the regions that were left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from vectorform.migration.migrate import Compared, Result
from vectorform.migration.side_by_side import Outcome

_PHASES = {"copy": "the copy", "check": "the comparison, which started over"}


def report(outcomes: Sequence[Outcome], left_out: Sequence[str]) -> str:
    """The lines. `left_out` are regions that have the source too."""
    return "\n".join(_lines(outcomes, left_out))


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 all copied and, where that was asked for, found equal; 1 not equal; 2 not every one could go on."""
    if any(outcome.result is None for outcome in outcomes):
        return 2
    differing = any(
        outcome.result and outcome.result.compared and not outcome.result.complete for outcome in outcomes
    )
    return 1 if differing else 0


def _lines(outcomes: Sequence[Outcome], left_out: Sequence[str]) -> Iterator[str]:
    for outcome in outcomes:
        yield f"{outcome.source} -> {outcome.target}: {_ended(outcome)}"
    if left_out:
        yield f"left out (--region), so nothing was copied or compared there: {', '.join(left_out)}"


def _ended(outcome: Outcome) -> str:
    if outcome.result is None:
        at = outcome.progress
        return (
            f"stopped after {at.seen:,} vectors of {_PHASES[at.phase].partition(',')[0]}: {outcome.error}; "
            "run it again to continue"
        )
    return "; ".join(_parts(outcome.result, outcome.seconds))


def _parts(result: Result, seconds: float) -> Iterator[str]:
    already = max(0, result.seen - result.copied)
    yield f"{result.seen:,} vectors, {result.copied:,} copied, {already:,} already there, in {seconds:,.1f} s"
    if result.resumed:
        phase, seen = result.resumed
        after = f" after {seen:,} vectors" if phase == "copy" else ""
        yield f"resumed in {_PHASES[phase]}{after}"
    yield "not compared (--no-check)" if result.compared is None else _compared(result.compared)


def _compared(compared: Compared) -> str:
    when = f"compared {_interval(compared.began, compared.ended)}, {compared.seen:,} vectors"
    if not compared.missing and not compared.different:
        return f"{when}: the target has every vector of the source, with the same content"
    found = f"{when}: {compared.missing:,} missing, {compared.different:,} different in the target"
    if compared.missing:
        found += "; missing vectors were written after the copy or deleted from the target: run it again"
    if compared.different:
        found += "; different vectors stay as they are: something else writes to one of the indexes"
    return f"{found}; for example {', '.join(compared.examples)}"


def _interval(began: datetime, ended: datetime) -> str:
    """From when to when, in UTC: what is written during a comparison may have been missed by it."""
    last = f"{ended:%H:%M:%S}" if began.date() == ended.date() else f"{ended:%Y-%m-%d %H:%M:%S}"
    return f"{began:%Y-%m-%d %H:%M:%S} to {last} UTC"
