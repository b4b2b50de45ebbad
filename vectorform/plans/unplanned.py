"""Stacks whose plan failed, as Markdown: a comment must not pass over them, or say that nothing changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vectorform.plans.markdown import code, several
from vectorform.wording import beginning, printable

_MOST_CHARACTERS = 8_000  # of all that went wrong; a comment is limited
_MOST_SECTIONS = 20  # as many stacks say each what went wrong
_NAMED = 60


Reason = Literal["failed", "stopped", "left out"]


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A stack and why there is no plan of it; `why` may have several lines.

    `reason`: it failed; somebody stopped it; it was never to be planned (`--only`, `--from`).
    """

    stack: str
    why: str = ""
    reason: Reason = "failed"


def failures(unplanned: Sequence[Unplanned]) -> list[str]:
    """A section for each that failed, and one for those that nobody wanted or waited for."""
    failed = [stack for stack in unplanned if stack.reason == "failed"]
    room = _MOST_CHARACTERS // max(1, len(failed))
    left = (
        ("stopped", "stopped before the plan was complete; what would change is unknown"),
        ("left out", "left out of this plan; what would change was not checked"),
    )
    sections = [_failed([stack.stack], _block(stack.why, room)) for stack in failed[:_MOST_SECTIONS]]
    if more := [stack.stack for stack in failed[_MOST_SECTIONS:]]:
        sections.append(_failed(more, []).rstrip())
    return sections + [
        f"**Not planned:** {several(found, _NAMED)}: {why}."
        for reason, why in left
        if (found := [stack.stack for stack in unplanned if stack.reason == reason])
    ]


def _failed(stacks: Sequence[str], why: Sequence[str]) -> str:
    heading = f"> **{several(stacks, _NAMED)} could not be planned: what would change is unknown.**"
    return "\n".join(["> [!CAUTION]", heading, "", *why])


def failure(what: str, why: str) -> str:
    """The whole Markdown where no stack at all could be planned."""
    lines = [
        f"## Plan: failed; what would change is unknown in {code(what)}",
        "",
        *_block(why, _MOST_CHARACTERS),
    ]
    return "\n".join(lines) + "\n"


def _block(text: str, room: int) -> list[str]:
    whole = "\n".join(map(printable, text.splitlines()))
    shown = beginning(whole, room)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *shown.split("\n"), fence]
