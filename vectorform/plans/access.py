"""Policy changes as Markdown: a diff of statements, parts with a sign, and none of it cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vectorform.plans.policy_changes import PolicyChange, StatementChange
from vectorform.plans.policy_documents import KINDS, Part, Statement
from vectorform.wording import printable

_ATTRIBUTES = {"policy": "", "assume_role_policy": "trust of "}


def subject(change: PolicyChange, what: str) -> str:
    """What has the policy: `what` is the resource in words."""
    prefix = _ATTRIBUTES.get(change.attribute)
    return f"{prefix}{what}" if prefix is not None else f"{printable(change.attribute)} of {what}"


def diff(change: PolicyChange) -> list[str]:
    """A fenced diff: `+` and `-` before what is added and removed, the rest of a statement around it."""
    if change.unknown:
        return []
    lines = list(_lines(change))
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}diff", *lines, fence]


def _lines(change: PolicyChange) -> Iterator[str]:
    if change.statements is None:
        for sign, side in (("-", change.change.before), ("+", change.change.after)):
            value = (side or {}).get(change.attribute)
            if value is not None:
                yield f"{sign} {printable(str(value))}"
        return
    for statement in change.statements:
        yield from _statement(statement)


def _statement(change: StatementChange) -> Iterator[str]:
    before, after = change.before, change.after
    if before is not None and after is not None:
        if before.sid == after.sid:
            yield f"  {_heading(after)}"
        else:
            yield from (f"- {_heading(before)}", f"+ {_heading(after)}")
    else:
        yield f"{'+' if before is None else '-'} {_heading(after or before)}"
    for part in _sorted(before, after):
        old, new = (side is not None and part in side.parts for side in (before, after))
        sign = " " if old and new else "+" if new else "-"
        yield f"{sign}   {part.kind:<13} {printable(part.text)}"


def _heading(statement: Statement | None) -> str:
    assert statement is not None
    name = f" {printable(statement.sid)}" if statement.sid else ""
    return f"{printable(statement.effect)}{name}"


def _sorted(*sides: Statement | None) -> Sequence[Part]:
    parts = {part for side in sides if side is not None for part in side.parts}
    order = {kind: position for position, kind in enumerate(KINDS)}
    return sorted(parts, key=lambda part: (order.get(part.kind, len(order)), part.text))
