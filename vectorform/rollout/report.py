"""What a rollout tells at its end: every region, what went wrong, and how to go on. Plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vectorform.rollout.progress import WELL, RegionProgress

_HEADER = ("wave", "region", "stack", "state", "changes", "seconds")


def exit_code(regions: Sequence[RegionProgress]) -> int:
    """0 everything that was to be done is done, 1 not everything, 130 stopped."""
    if any(one.phase == "stopped" for one in regions):
        return 130
    return 0 if all(one.phase in WELL or one.phase == "skipped" for one in regions) else 1


def report(environment: str, regions: Sequence[RegionProgress], seconds: float) -> str:
    """The report, with a line end."""
    sections = [_table(regions)]
    sections += [_problems(one) for one in regions if one.problems]
    sections.append(_summary(environment, regions, seconds))
    return "\n\n".join(sections) + "\n"


def outcome(one: RegionProgress) -> str:
    """What has changed in a region, as far as it is known."""
    if one.phase in ("held", "skipped"):
        return "untouched"
    if one.planned is None:
        return ""
    if one.phase == "done":
        counts = [
            (one.planned.add, "added"),
            (one.planned.change, "changed"),
            (one.planned.destroy, "destroyed"),
        ]
        return ", ".join(f"{count} {what}" for count, what in counts if count) or "no changes"
    if one.applied:
        return f"{one.applied} of {one.planned.steps} operations"
    return str(one.planned)


def _table(regions: Iterable[RegionProgress]) -> str:
    rows = [_HEADER]
    rows += [
        (
            str(one.wave),
            one.region,
            one.stack,
            one.phase,
            outcome(one),
            f"{one.seconds:.1f}" if one.started is not None else "",
        )
        for one in regions
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _problems(one: RegionProgress) -> str:
    lines = [line for problem in one.problems for line in problem.splitlines()]
    return "\n".join([f"{one.region} {one.phase}:", *(f"  {line}" for line in lines)])


def _summary(environment: str, regions: Sequence[RegionProgress], seconds: float) -> str:
    todo = [one for one in regions if one.phase not in WELL and one.phase != "skipped"]
    if not todo:
        what = "planned, nothing was changed" if _any(regions, "planned") else "deployed and verified"
        return f"{environment}: {_count(regions, WELL)} {what}, in {seconds:.0f} s"
    held = [one.region for one in regions if one.phase == "held"]
    lines = [f"{environment}: not finished after {seconds:.0f} s"]
    if held:
        lines.append(f"held, not touched: {', '.join(held)}")
    lines.append(
        f"once that is put right, go on with: vectorform rollout {environment} --from {todo[0].region}"
    )
    return "\n".join(lines)


def _any(regions: Iterable[RegionProgress], phase: str) -> bool:
    return any(one.phase == phase for one in regions)


def _count(regions: Iterable[RegionProgress], phases: Iterable[str]) -> str:
    count = sum(one.phase in phases for one in regions)
    return f"{count} region{'' if count == 1 else 's'}"
