"""Plans as Markdown for a pull request: first what would be lost and who is let in, then all that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from vectorform.desired import kinds
from vectorform.desired.addresses import is_bookkeeping
from vectorform.plans import access, policies
from vectorform.plans.changes import Change, Plan
from vectorform.plans.described import WORDS, because, kind, name, what
from vectorform.plans.markdown import code, fitting
from vectorform.plans.openings import openings
from vectorform.plans.policy_changes import PolicyChange, policy_changes
from vectorform.plans.search_settings import KIND, expanded
from vectorform.plans.table import HEAD, MANY, rows
from vectorform.plans.unplanned import Reason, Unplanned, failures

# A comment on GitHub has at most 65,536 characters: what does not fit into these is only counted. Policies
# are shown as a whole, and take their room from the rows, but not all of it.
ROWS_CHARACTERS = 36_000
FEWEST_ROWS_CHARACTERS = 10_000
LOSSES_CHARACTERS = 18_000

# How the first line begins where plans are missing.
_MISSING: dict[Reason, str] = {
    "failed": "failed for",
    "stopped": "stopped: not planned",
    "left out": "not planned:",
}


def summary(plans: Sequence[Plan], command: str | None = None, unplanned: Sequence[Unplanned] = ()) -> str:
    """The Markdown of some plans, one section per stack that changes.

    `command` is what reproduces it; by default `cdktf plan` of each stack. `unplanned` are the stacks without
    a plan, of which nobody knows what would change: it failed, was stopped, or was not to be made.
    """
    changing = [plan for plan in plans if _shown(plan) or plan.errored]
    still = [plan for plan in plans if plan not in changing]
    about_policies = sum(len(line) for plan in changing for line in policies.lines(_policies(plan)))
    share = max(1, len(changing))
    rows_characters = max(FEWEST_ROWS_CHARACTERS, ROWS_CHARACTERS - about_policies)
    room, losses = rows_characters // share, LOSSES_CHARACTERS // share
    sections = [f"## Plan: {_headline(plans, unplanned)}"]
    sections += failures(unplanned)
    sections += [_caution(plan, losses) for plan in changing if plan.losses]
    sections += [_warning(plan) for plan in changing if opened(plan)]
    sections += [_section(plan, room, alone=len(changing) == 1) for plan in changing]
    # What Terraform keeps for this tool is applied as well, and is no change of anything in AWS.
    recorded = [plan for plan in still if plan.effective]
    unchanged = [plan for plan in still if not plan.effective]
    if unchanged:
        sections.append(f"No changes: {', '.join(map(_stack, unchanged))}.")
    if recorded:
        stacks = ", ".join(map(_stack, recorded))
        sections.append(f"No changes in AWS, only in Terraform's state: {stacks}.")
    sections.append(_reproduce(plans, command))
    return "\n\n".join(sections) + "\n"


def is_whole(summary: str) -> bool:
    """Whether a summary is of plans alone: none of its stacks failed, was stopped or was left out."""
    heading = summary.lstrip().partition("\n")[0]
    return heading.startswith("## Plan: ") and not heading.startswith(
        ("## Plan: failed", "## Plan: stopped", "## Plan: not planned")
    )


def _shown(plan: Plan) -> list[Change]:
    """What a reviewer is to see, which Terraform's own records are not."""
    order = list(WORDS)
    changes = [
        change for change in expanded(plan) if change.type == KIND or not is_bookkeeping(change.address)
    ]
    return sorted(changes, key=lambda change: (order.index(change.action), change.type, name(change)))


def changes_something(plan: Plan) -> bool:
    """Whether a reviewer has anything to see in it."""
    return bool(_shown(plan))


def _headline(plans: Sequence[Plan], unplanned: Sequence[Unplanned]) -> str:
    """What everybody reads: what is missing, who is let in, how much changes."""
    by_reason = Counter(stack.reason for stack in unplanned)
    by_reason["failed"] += sum(plan.errored for plan in plans)
    total = len(plans) + len(unplanned)
    parts = [
        f"{wording} {by_reason[reason]} of {total} stacks"
        for reason, wording in _MISSING.items()
        if by_reason[reason]
    ]
    incomplete = bool(parts)
    places = sum(len(opened(plan)) for plan in plans)
    parts += [f"opens access in {places} place{'s' if places > 1 else ''}"] if places else []
    if len(plans) > sum(plan.errored for plan in plans) or any(map(_shown, plans)):
        changes = [change for plan in plans for change in _shown(plan)]
        parts.append(_counts(changes) if changes or not incomplete else "nothing in the others")
    return "; ".join(parts) or "no changes"


def _policies(plan: Plan) -> list[PolicyChange]:
    return [policy for change in _shown(plan) for policy in policy_changes(change)]


def opened(plan: Plan) -> list[str]:
    """A line for everything that others are let in by."""
    return [
        f"{access.subject(policy, what(policy.change))}: {opening}"
        for policy in _policies(plan)
        for opening in openings(policy, plan.account)
    ]


def _warning(plan: Plan) -> str:
    lines = [f"> - {line}" for line in opened(plan)]
    return "\n".join(["> [!WARNING]", f"> **Applying {_stack(plan)} opens access.**", ">", *lines])


def _counts(changes: Sequence[Change]) -> str:
    counted = Counter(change.action for change in changes)
    parts = [f"{counted[action]} {word}" for action, word in WORDS.items() if counted[action]]
    return ", ".join(parts) or "no changes"


def _caution(plan: Plan, characters: int) -> str:
    lines, more = fitting(list(_losses(plan)), characters)
    if more:
        lines.append(f"> - and more: {len(plan.losses)} altogether")
    return "\n".join(
        ["> [!CAUTION]", f"> **Applying {_stack(plan)} loses vectors. This cannot be undone.**", ">", *lines]
    )


def _losses(plan: Plan) -> Iterator[str]:
    """A line each; one for many that are lost in the same way, with all their names."""
    alike: dict[tuple[str, str, str], list[Change]] = {}
    for change in plan.losses:
        alike.setdefault((change.type, change.action, _reason(change)), []).append(change)
    for group in alike.values():
        if len(group) < MANY:
            yield from (f"> - {what(change)} {_lost(change)}" for change in group)
            continue
        names = [code(name(change)) for change in group]
        yield f"> - {len(group)} times {kind(group[0])}, each {_lost(group[0])}:"
        for start in range(0, len(names), MANY):
            yield f">   {', '.join(names[start : start + MANY])}"


def _lost(change: Change) -> str:
    if change.type == kinds.KMS_KEY.type:
        return f"is {WORDS[change.action]}: nothing encrypted with it can ever be read again"
    return f"is {WORDS[change.action]}{_reason(change)}: all its vectors are deleted"


def _reason(change: Change) -> str:
    return f" ({because(change)})" if change.replaced_because else ""


def _section(plan: Plan, characters: int, *, alone: bool) -> str:
    """One stack, which GitHub folds; open where it is the only one, or takes away or opens something."""
    changes = _shown(plan)
    counted = _counts(changes)
    if plan.errored:
        counted = f"the plan failed; {counted} until then" if changes else "the plan failed"
    lines = [f"### {_stack(plan)}: {counted}", ""]
    if plan.errored:
        lines += [
            "> [!WARNING]",
            f"> {plan.tool} stopped planning with an error: this plan is incomplete.",
            "",
        ]
    if not changes:
        return "\n".join(lines).rstrip()
    unfolded = alone or plan.losses or plan.errored or opened(plan)
    lines += [f"<details{' open' if unfolded else ''}><summary>what changes</summary>", ""]
    table = rows(changes, plan.changes)
    taken, _ = fitting([row.line for row in table], characters)
    if taken:
        lines += [*HEAD, *taken]
    if more := sum(row.changes for row in table[len(taken) :]):
        lines += ["", f"and {more} more."]
    return "\n".join([*lines, *policies.lines(_policies(plan)), "", "</details>"])


def _stack(plan: Plan) -> str:
    return f"{code(plan.stack)} ({plan.region})" if plan.region else code(plan.stack)


def _reproduce(plans: Sequence[Plan], command: str | None) -> str:
    commands = [command] if command else [f"cdktf plan {plan.stack}" for plan in plans]
    versions = sorted({f"{plan.tool} {plan.tool_version}" for plan in plans if plan.tool_version})
    with_version = f" ({', '.join(versions)})" if versions else ""
    return "\n".join([f"Reproduce it{with_version}:", "```sh", *commands, "```"])
