"""Stacks whose plan failed, as Markdown: a comment must not pass over them, or say that nothing changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorform.plans.markdown import code
from vectorform.wording import printable

_MOST_CHARACTERS = 8_000  # of all that went wrong; a comment is limited


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A stack and why there is no plan of it; `why` may have several lines."""

    stack: str
    why: str


def failures(unplanned: Sequence[Unplanned]) -> list[str]:
    """A section each."""
    room = _MOST_CHARACTERS // max(1, len(unplanned))
    return [
        "\n".join(
            [
                "> [!CAUTION]",
                f"> **{code(stack.stack)} could not be planned: nobody knows what would change in it.**",
                "",
                *_block(stack.why, room),
            ]
        )
        for stack in unplanned
    ]


def failure(what: str, why: str) -> str:
    """The whole Markdown where no stack at all could be planned."""
    lines = [
        f"## Plan: failed; nobody knows what would change in {code(what)}",
        "",
        *_block(why, _MOST_CHARACTERS),
    ]
    return "\n".join(lines) + "\n"


def _block(text: str, room: int) -> list[str]:
    lines = [printable(line) for line in (text if len(text) <= room else f"{text[:room]}...").splitlines()]
    longest = max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence]
