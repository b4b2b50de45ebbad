"""One stack of a summary: the table of what changes, and its policies, as far as they have room."""

from __future__ import annotations

from collections.abc import Sequence

from vectorform.plans import policies
from vectorform.plans.markdown import fitting, several
from vectorform.plans.policies import Block
from vectorform.plans.reviewed import Reviewed, counts
from vectorform.plans.table import HEAD, Row, rows

# What the frame around table and policies takes, and the sentences about what is left out.
_FRAME = 700
# The table has at least this part of the room, if it needs it.
_TABLE = 3
_NAMED = 8  # policies that are left out


class Section:
    """What GitHub folds; it is open where the stack is `alone`, or in some way dangerous."""

    def __init__(self, stack: Reviewed, *, alone: bool) -> None:
        self._stack = stack
        self._open = alone or bool(
            stack.plan.losses or stack.plan.errored or stack.opened or stack.unprotected
        )
        self._rows: Sequence[Row] = rows(stack.changes, stack.plan.changes)
        self._blocks: Sequence[Block] = policies.blocks(stack.policies, stack.plan.account)
        table = sum(len(line) + 1 for line in (*HEAD, *(row.line for row in self._rows)))
        self.size = _FRAME + len(stack.stack) + table + sum(map(len, self._blocks))

    @property
    def least(self) -> int:
        """The characters of its heading, without which there is nothing to say."""
        return _FRAME + len(self._stack.stack)

    def text(self, characters: int) -> str:
        """Its Markdown in so many characters, at least `least`; what is left out is counted."""
        plan, changes = self._stack.plan, self._stack.changes
        counted = counts(changes)
        if plan.errored:
            counted = f"the plan failed; {counted} until then" if changes else "the plan failed"
        lines = [f"### {self._stack.stack}: {counted}", ""]
        if plan.errored:
            lines += [
                "> [!WARNING]",
                f"> {plan.tool} stopped planning with an error: this plan is incomplete.",
                "",
            ]
        if not changes:
            return "\n".join(lines).rstrip()
        lines += [f"<details{' open' if self._open else ''}><summary>what changes</summary>", ""]
        room = characters - self.least
        table = self._table(max(room // _TABLE, room - sum(map(len, self._blocks))))
        room -= sum(len(line) + 1 for line in table)
        return "\n".join([*lines, *table, *self._policies(room), "", "</details>"])

    def _table(self, characters: int) -> list[str]:
        taken, _ = fitting([row.line for row in self._rows], characters)
        chosen = set(taken)
        more = sum(row.changes for row in self._rows if row.line not in chosen)
        return [*(HEAD if taken else ()), *taken, *(["", f"and {more} more."] if more else [])]

    def _policies(self, characters: int) -> list[str]:
        """Whole ones, as many as there is room for: half a policy can be read as something else."""
        lines: list[str] = []
        left: list[str] = []
        for block in self._blocks:
            if len(block) <= characters:
                characters -= len(block)
                lines += block.lines
            else:
                left += block.names
        if left:
            what = f"{len(left)} more policies change" if lines else f"{len(left)} policies change"
            what = what if len(left) > 1 else what.replace("policies change", "policy changes")
            command = f"`cdktf plan {self._stack.plan.stack}` shows them"
            lines += ["", f"**{what}, too long for this summary:** {several(left, _NAMED)}. {command}."]
        return lines
