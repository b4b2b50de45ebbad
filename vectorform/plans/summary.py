"""Plans as Markdown for a pull request: first what would be lost and who is let in, then all that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from vectorform.desired import kinds
from vectorform.desired.addresses import VERIFICATION
from vectorform.plans import access
from vectorform.plans.changes import Action, Change, Plan
from vectorform.plans.differences import Difference, differences
from vectorform.plans.markdown import code, fitting, value
from vectorform.plans.openings import openings
from vectorform.plans.policy_changes import PolicyChange, is_document, policy_changes
from vectorform.plans.unplanned import Unplanned, failures

# A comment on GitHub has at most 65,536 characters: what does not fit into these is only counted. Policies
# are shown as a whole, and take their room from the rows.
ROWS_CHARACTERS = 36_000
LOSSES_CHARACTERS = 18_000

# In the order of the tables: what takes something away comes first.
_WORDS: dict[Action, str] = {
    "destroyed": "destroyed",
    "replaced": "replaced",
    "forgotten": "forgotten",
    "updated": "changed",
    "created": "added",
    "moved": "moved",
    "imported": "imported",
}


def summary(plans: Sequence[Plan], command: str | None = None, unplanned: Sequence[Unplanned] = ()) -> str:
    """The Markdown of some plans, one section per stack that changes.

    `command` is what reproduces it; by default `cdktf plan` of each stack. `unplanned` are the stacks whose
    plan failed, of which nobody knows what would change.
    """
    changing = [plan for plan in plans if _shown(plan) or plan.errored]
    still = [plan for plan in plans if plan not in changing]
    policies = "".join(line for plan in changing for line in _policy_lines(plan))
    share = max(1, len(changing))
    rows, losses = max(0, ROWS_CHARACTERS - len(policies)) // share, LOSSES_CHARACTERS // share
    sections = [f"## Plan: {_headline(plans, unplanned)}"]
    sections += failures(unplanned)
    sections += [_caution(plan, losses) for plan in changing if plan.losses]
    sections += [_warning(plan) for plan in changing if _opened(plan)]
    sections += [_section(plan, rows) for plan in changing]
    if still:
        sections.append(f"No changes: {', '.join(_stack(plan) for plan in still)}.")
    sections.append(_reproduce(plans, command))
    return "\n\n".join(sections) + "\n"


def _shown(plan: Plan) -> list[Change]:
    """What a reviewer is to see; that the verification runs again is no change of theirs."""
    order = list(_WORDS)
    changes = [change for change in plan.effective if change.address != VERIFICATION]
    return sorted(changes, key=lambda change: (order.index(change.action), change.type, _name(change)))


def changes_something(plan: Plan) -> bool:
    """Whether a reviewer has anything to see in it."""
    return bool(_shown(plan))


def _headline(plans: Sequence[Plan], unplanned: Sequence[Unplanned]) -> str:
    """What everybody reads: what is missing, who is let in, how much changes."""
    failed = len(unplanned) + sum(plan.errored for plan in plans)
    total = len(plans) + len(unplanned)
    opened = sum(len(_opened(plan)) for plan in plans)
    parts = [f"failed for {failed} of {total} stacks"] if failed else []
    parts += [f"opens access in {opened} place{'s' if opened > 1 else ''}"] if opened else []
    if len(plans) > sum(plan.errored for plan in plans) or any(map(_shown, plans)):
        changes = [change for plan in plans for change in _shown(plan)]
        parts.append(_counts(changes) if changes or not failed else "nothing in the others")
    return "; ".join(parts) or "no changes"


def _policies(plan: Plan) -> list[PolicyChange]:
    return [policy for change in _shown(plan) for policy in policy_changes(change)]


def _opened(plan: Plan) -> list[str]:
    """A line for everything that others are let in by."""
    return [
        f"{access.subject(policy, _what(policy.change))}: {opening}"
        for policy in _policies(plan)
        for opening in openings(policy, plan.account)
    ]


def _warning(plan: Plan) -> str:
    lines = [f"> - {line}" for line in _opened(plan)]
    return "\n".join(["> [!WARNING]", f"> **Applying {_stack(plan)} opens access.**", ">", *lines])


def _counts(changes: Sequence[Change]) -> str:
    counted = Counter(change.action for change in changes)
    parts = [f"{counted[action]} {word}" for action, word in _WORDS.items() if counted[action]]
    return ", ".join(parts) or "no changes"


def _caution(plan: Plan, characters: int) -> str:
    lines, more = fitting([f"> - {_loss(change)}" for change in plan.losses], characters)
    if more:
        lines.append(f"> - and {more} more")
    return "\n".join(
        ["> [!CAUTION]", f"> **Applying {_stack(plan)} loses vectors. There is no way back.**", ">", *lines]
    )


def _loss(change: Change) -> str:
    if change.type == kinds.KMS_KEY.type:
        return (
            f"{_what(change)} is {_WORDS[change.action]}: what is encrypted with it can never be read again"
        )
    because = f" ({_because(change)})" if change.replaced_because else ""
    return f"{_what(change)} is {_WORDS[change.action]}{because}: all its vectors are deleted"


def _section(plan: Plan, characters: int) -> str:
    changes = _shown(plan)
    counted = _counts(changes)
    if plan.errored:
        counted = f"the plan failed; {counted} until then" if changes else "the plan failed"
    lines = [f"### {_stack(plan)}: {counted}", ""]
    if plan.errored:
        lines += ["> [!WARNING]", f"> {plan.tool} stopped planning with an error: this is not all.", ""]
    rows, more = fitting([_row(change) for change in changes], characters)
    if rows:
        lines += ["| | what | name | how |", "|---|---|---|---|", *rows]
    if more:
        lines += ["", f"and {more} more."]
    return "\n".join([*lines, *_policy_lines(plan)]).rstrip()


def _policy_lines(plan: Plan) -> list[str]:
    lines = []
    for policy in _policies(plan):
        name = access.subject(policy, _what(policy.change))
        known = "known only after the apply" if policy.unknown else ""
        lines += ["", f"{name}: {known}".strip(), "", *access.diff(policy)]
    return lines


def _row(change: Change) -> str:
    mark = f"**{_WORDS[change.action]}**" if change.loses_vectors else _WORDS[change.action]
    return f"| {mark} | {_type(change)} | {code(_name(change))} | {_how(change)} |"


def _how(change: Change) -> str:
    if change.action == "replaced":
        return _because(change)
    if change.action == "updated":
        parts = [_difference(change, difference) for difference in _differences(change)]
        if change.moved_from:
            parts.append(f"was {code(change.moved_from)}")
        return "; ".join(parts) or "in place"
    if change.action == "moved":
        return f"was {code(change.moved_from or '')}; nothing changes in AWS"
    if change.action == "forgotten":
        return "stays in AWS, without Terraform"
    return ", ".join(_facts(change))


def _because(change: Change) -> str:
    """The attributes that force the replacement, with their values where there are any to show."""
    differing = differences(change)
    parts: list[str] = []
    for path in change.replaced_because:
        inside = (f"{path}.", f"{path}[")
        found = [
            difference
            for difference in differing
            if difference.attribute == path or difference.attribute.startswith(inside)
        ]
        parts += [_difference(change, difference) for difference in found] or [f"{code(path)} changes"]
    return "; ".join(parts) or "its replacement was asked for"


def _differences(change: Change) -> list[Difference]:
    """Without policy documents, whose statements are shown below the table."""
    found = [d for d in differences(change) if not is_document(change, d.attribute)]
    known = {difference.attribute for difference in found}
    return found + [
        Difference(name, (change.before or {}).get(name), None)
        for name in sorted(change.unknown - known)
        if change.before and name in change.before and not is_document(change, name)
    ]


def _difference(change: Change, difference: Difference) -> str:
    whole = kinds.grants(change.type)  # who may do what: nothing of it is cut
    after = value(difference.after, whole)
    if difference.attribute in change.unknown:
        after = "known only after the apply"
    return f"{code(difference.attribute)}: {value(difference.before, whole)} → {after}"


def _facts(change: Change) -> Iterator[str]:
    """What tells one index from another at a glance, and what a role is given."""
    attributes = change.after or change.before or {}
    if change.type == kinds.IAM_ROLE_POLICY_ATTACHMENT.type:
        yield f"role {value(attributes.get('role'), whole=True)}"
        yield f"policy {value(attributes.get('policy_arn') or 'of this plan', whole=True)}"
    if change.type != kinds.INDEX.type:
        return
    yield f"{attributes.get('dimension')} dimensions"
    yield str(attributes.get("distance_metric"))
    for block in attributes.get("metadata_configuration") or []:
        keys = ", ".join(code(key) for key in block.get("non_filterable_metadata_keys") or [])
        yield f"non-filterable: {keys}"


def _what(change: Change) -> str:
    return f"{_type(change)} {code(_name(change))}"


def _type(change: Change) -> str:
    kind = kinds.of_type(change.type)
    return kind.noun if kind is not None else change.type


def _name(change: Change) -> str:
    """The path in the YAML, which is the `for_each` key."""
    return change.key or change.address


def _stack(plan: Plan) -> str:
    return f"{code(plan.stack)} ({plan.region})" if plan.region else code(plan.stack)


def _reproduce(plans: Sequence[Plan], command: str | None) -> str:
    commands = [command] if command else [f"cdktf plan {plan.stack}" for plan in plans]
    versions = sorted({f"{plan.tool} {plan.tool_version}" for plan in plans if plan.tool_version})
    with_version = f" ({', '.join(versions)})" if versions else ""
    return "\n".join([f"Reproduce it{with_version}:", "```sh", *commands, "```"])
