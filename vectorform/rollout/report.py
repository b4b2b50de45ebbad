"""What a rollout tells at its end: every region, what went wrong, and how to go on. Plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from vectorform.rollout.progress import WELL, RegionProgress, counts
from vectorform.wording import printable

# To its end; until somebody stopped it; or to the plans: nobody agreed to them, one of them failed, or those
# that were kept do not hold any more.
Ending = Literal["ran", "stopped", "declined", "unplanned", "outdated"]
_HEADER = ("wave", "region", "stack", "state", "changes", "seconds")


def exit_code(regions: Sequence[RegionProgress], ending: Ending = "ran") -> int:
    """0 everything that was to be done is done, 1 not everything, 130 stopped."""
    if ending in ("declined", "unplanned", "outdated"):
        return 1
    if ending == "stopped" or any(progress.phase == "stopped" for progress in regions):
        return 130
    return 0 if all(progress.phase in WELL or progress.phase == "skipped" for progress in regions) else 1


def report(
    environment: str,
    regions: Sequence[RegionProgress],
    seconds: float,
    dry_run: bool = False,
    ending: Ending = "ran",
) -> str:
    """The report, with a line end."""
    sections = [_table(regions)]
    sections += [_lines(progress.region, progress.notes) for progress in regions if progress.notes]
    sections += [_problems(progress) for progress in regions if progress.problems]
    sections.append(_summary(environment, regions, seconds, dry_run, ending))
    return "\n\n".join(sections) + "\n"


def outcome(progress: RegionProgress) -> str:
    """What has changed in a region, as far as it is known."""
    if progress.phase in ("held", "skipped"):
        return "untouched"
    if progress.planned is None:
        return "not planned" if progress.phase in ("failed", "stopped") else ""
    if progress.phase == "done":
        parts = [
            (progress.planned.add, "added"),
            (progress.planned.change, "changed"),
            (progress.planned.destroy, "destroyed"),
        ]
        return counts(parts) or ("search settings set" if progress.planned.search else "no changes")
    if progress.applied:
        return f"{progress.applied} of {progress.planned.steps} operations"
    return str(progress.planned)


def _table(regions: Iterable[RegionProgress]) -> str:
    rows = [_HEADER]
    rows += [
        (
            str(progress.wave),
            progress.region,
            progress.stack,
            progress.phase,
            outcome(progress),
            f"{progress.seconds:.1f}" if progress.started is not None else "",
        )
        for progress in regions
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _problems(progress: RegionProgress) -> str:
    lines = [printable(line) for problem in progress.problems for line in problem.splitlines()]
    return _lines(f"{progress.region} {progress.phase}", lines)


def _lines(heading: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{heading}:", *(f"  {line}" for line in lines)])


def _summary(
    environment: str, regions: Sequence[RegionProgress], seconds: float, dry_run: bool, ending: Ending
) -> str:
    todo = [progress for progress in regions if progress.phase not in WELL and progress.phase != "skipped"]
    command = f"vectorform rollout {environment}"
    if ending == "declined":
        return f"{environment}: you did not confirm; nothing was applied"
    if ending == "outdated":
        again = f"plan again: {command}{_limits(regions)} --plan-out FOLDER"
        return f"{environment}: at least one plan is out of date; nothing was applied\n{again}"
    if ending == "unplanned":
        again = f"fix that, then roll out again: {command}{_limits(regions)}"
        return f"{environment}: some regions could not be planned; nothing was applied\n{again}"
    if ending == "stopped" and not any(progress.began for progress in regions):
        again = f"{command}{' --dry-run' if dry_run else ''}{_limits(regions)}"
        return f"{environment}: stopped by you; nothing was applied\nto start again: {again}"
    if not todo:
        what = "planned, nothing was changed" if _any(regions, "planned") else "deployed and verified"
        return f"{environment}: {_count(regions, WELL)} {what}, in {seconds:.0f} s"
    if dry_run:
        return (
            f"{environment}: some regions could not be planned, after {seconds:.0f} s; nothing was changed\n"
            f"fix that, then plan again: {command} --dry-run{_limits(regions)}"
        )
    held = [progress.region for progress in regions if progress.phase == "held"]
    what = "stopped by you" if ending == "stopped" else "not finished"
    lines = [f"{environment}: {what} after {seconds:.0f} s"]
    if held:
        lines.append(f"not started:  {', '.join(held)}")
    first = "to continue" if ending == "stopped" else "fix that, then continue with"
    lines.append(f"{first}: {command}{_from(todo, regions)}")
    return "\n".join(lines)


def _limits(regions: Iterable[RegionProgress]) -> str:
    """The options that leave out again what was left out."""
    regions = list(regions)
    if not any(progress.phase == "skipped" for progress in regions):
        return ""
    return "".join(f" --only {progress.region}" for progress in regions if progress.phase != "skipped")


def _from(todo: Sequence[RegionProgress], regions: Sequence[RegionProgress]) -> str:
    """Where to go on. A region that was left out stays so, unless its wave was before."""
    if any(progress.phase == "skipped" and progress.wave >= todo[0].wave for progress in regions):
        return "".join(f" --only {progress.region}" for progress in todo)
    return f" --from {todo[0].region}"


def _any(regions: Iterable[RegionProgress], phase: str) -> bool:
    return any(progress.phase == phase for progress in regions)


def _count(regions: Iterable[RegionProgress], phases: Iterable[str]) -> str:
    count = sum(progress.phase in phases for progress in regions)
    return f"{count} region{'' if count == 1 else 's'}"
