"""Plans as Markdown for a pull request: first what would be lost and who is let in, then all that changes.

It fits into a comment of GitHub, whatever the plans are: what has no room is counted and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vectorform.plans.changes import Plan
from vectorform.plans.dangers import dangers
from vectorform.plans.markdown import several
from vectorform.plans.reviewed import Reviewed, counts, shown
from vectorform.plans.section import Section
from vectorform.plans.unplanned import Reason, Unplanned, failures

# A comment has at most 65,536 characters on GitHub. The rest is for what goes around and below a summary:
# what it costs, a picture.
CHARACTERS = 52_000
# As many stacks are named where nothing else is to be said of them, and as many commands.
_NAMED = 60

# How the first line begins where plans are missing.
_MISSING: dict[Reason, str] = {
    "failed": "failed for",
    "stopped": "stopped: not planned",
    "left out": "not planned:",
}


def summary(plans: Sequence[Plan], command: str | None = None, unplanned: Sequence[Unplanned] = ()) -> str:
    """The Markdown of some plans, one section per stack that changes, the dangerous ones first.

    `command` is what reproduces it; by default `cdktf plan` of each stack. `unplanned` are the stacks without
    a plan, of which nobody knows what would change: it failed, was stopped, or was not to be made.
    """
    reviewed = [Reviewed.of(plan) for plan in plans]
    changing = sorted((stack for stack in reviewed if not stack.still), key=lambda stack: stack.danger)
    before = [f"## Plan: {_headline(reviewed, unplanned)}", *failures(unplanned), *dangers(changing)]
    after = [*_still([stack for stack in reviewed if stack.still]), _reproduce(plans, command)]
    taken = sum(len(text) + 2 for text in (*before, *after))
    return "\n\n".join([*before, *_sections(changing, CHARACTERS - taken), *after]) + "\n"


def is_whole(summary: str) -> bool:
    """Whether a summary is of plans alone: none of its stacks failed, was stopped or was left out."""
    heading = summary.lstrip().partition("\n")[0]
    return heading.startswith("## Plan: ") and not heading.startswith(
        ("## Plan: failed", "## Plan: stopped", "## Plan: not planned")
    )


def changes_something(plan: Plan) -> bool:
    """Whether a reviewer has anything to see in it."""
    return bool(shown(plan))


def _headline(stacks: Sequence[Reviewed], unplanned: Sequence[Unplanned]) -> str:
    """What everybody reads: what is missing, who is let in, what is protected no more, how much changes."""
    by_reason = Counter(stack.reason for stack in unplanned)
    errored = sum(stack.plan.errored for stack in stacks)
    by_reason["failed"] += errored
    total = len(stacks) + len(unplanned)
    parts = [
        f"{wording} {by_reason[reason]} of {total} stacks"
        for reason, wording in _MISSING.items()
        if by_reason[reason]
    ]
    incomplete = bool(parts)
    places = sum(len(stack.opened) for stack in stacks)
    parts += [f"opens access in {places} place{'s' if places > 1 else ''}"] if places else []
    widened = sum(stack.widened for stack in stacks)
    parts += [f"allows more in {widened} polic{'ies' if widened > 1 else 'y'}"] if widened else []
    parts += ["lifts deletion protection"] if any(stack.unprotected for stack in stacks) else []
    changes = [change for stack in stacks for change in stack.changes]
    if len(stacks) > errored or changes:
        parts.append(counts(changes) if changes or not incomplete else "nothing in the others")
    return "; ".join(parts) or "no changes"


def _sections(stacks: Sequence[Reviewed], characters: int) -> list[str]:
    """A section for each stack. Short ones leave their room to the long ones."""
    sections = [Section(stack, alone=len(stacks) == 1) for stack in stacks]
    characters -= 2 * len(sections)
    fitting, least = 0, 0
    while fitting < len(sections) and least + sections[fitting].least <= characters:
        least += sections[fitting].least
        fitting += 1
    rooms: dict[int, int] = {}
    for count, number in enumerate(sorted(range(fitting), key=lambda number: sections[number].size)):
        section = sections[number]
        rooms[number] = max(section.least, min(section.size, characters // (fitting - count)))
        characters -= rooms[number]
    texts = [sections[number].text(rooms[number]) for number in range(fitting)]
    left = stacks[fitting:]
    if left:
        names = several([stack.plan.stack for stack in left], _NAMED)
        what = counts([change for stack in left for change in stack.changes])
        texts.append(f"**{len(left)} more stacks change ({what}):** {names}.")
    return texts


def _still(stacks: Sequence[Reviewed]) -> list[str]:
    """What Terraform keeps for this tool is applied as well, and is no change of anything in AWS."""
    recorded = [stack for stack in stacks if stack.plan.effective]
    unchanged = [stack for stack in stacks if not stack.plan.effective]
    return [
        f"{what}: {', '.join(stack.stack for stack in found[:_NAMED])}"
        + (f" and {len(found) - _NAMED} more." if len(found) > _NAMED else ".")
        for what, found in (
            ("No changes", unchanged),
            ("No changes in AWS, only in Terraform's state", recorded),
        )
        if found
    ]


def _reproduce(plans: Sequence[Plan], command: str | None) -> str:
    commands = [command] if command else [f"cdktf plan {plan.stack}" for plan in plans]
    if len(commands) > _NAMED:
        commands = [*commands[:_NAMED], f"# and {len(commands) - _NAMED} more"]
    versions = sorted({f"{plan.tool} {plan.tool_version}" for plan in plans if plan.tool_version})
    with_version = f" ({', '.join(versions)})" if versions else ""
    return "\n".join([f"Reproduce it{with_version}:", "```sh", *commands, "```"])
