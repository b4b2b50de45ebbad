"""What a summary begins with: what is lost, who is let in, and what may be deleted from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vectorform.desired import kinds
from vectorform.plans.changes import Change
from vectorform.plans.described import WORDS, because, kind, name, what
from vectorform.plans.markdown import code, fitting, several
from vectorform.plans.reviewed import Reviewed
from vectorform.plans.table import MANY

# What all of them together may take, and the least that one stack is given.
_LOSSES, _OPENINGS, _UNPROTECTED = 16_000, 12_000, 3_000
_LEAST = 400


def dangers(stacks: Sequence[Reviewed]) -> list[str]:
    """A section for each stack and danger: losses first. What has no room is counted and named."""
    losing = [stack for stack in stacks if stack.plan.losses]
    opening = [stack for stack in stacks if stack.opened]
    lifting = [stack for stack in stacks if stack.unprotected]
    return [
        *_fitted(losing, _LOSSES, _caution, "CAUTION", "lose vectors"),
        *_fitted(opening, _OPENINGS, _opening, "WARNING", "open access"),
        *_fitted(lifting, _UNPROTECTED, _lifted, "WARNING", "lift a protection"),
    ]


def _fitted(
    stacks: Sequence[Reviewed],
    characters: int,
    section: Callable[[Reviewed, int], str],
    alert: str,
    does: str,
) -> Iterator[str]:
    share = max(_LEAST, characters // max(1, len(stacks)))
    for number, stack in enumerate(stacks):
        text = section(stack, share)
        characters -= len(text)
        if characters < 0 and number:
            left = [each.plan.stack for each in stacks[number:]]
            yield f"> [!{alert}]\n> **{len(left)} more stacks {does}:** {several(left, MANY)}"
            return
        yield text


def _caution(stack: Reviewed, characters: int) -> str:
    lines, more = fitting(list(_losses(stack)), characters)
    if more:
        lines.append(f"> - and more: {len(stack.plan.losses)} altogether")
    heading = f"> **Applying {stack.stack} loses vectors. This cannot be undone.**"
    return "\n".join(["> [!CAUTION]", heading, ">", *lines])


def _losses(stack: Reviewed) -> Iterator[str]:
    """A line each; one for many that are lost in the same way, with all their names."""
    alike: dict[tuple[str, str, str], list[Change]] = {}
    for change in stack.plan.losses:
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


def _opening(stack: Reviewed, characters: int) -> str:
    lines, more = fitting([f"> - {line}" for line in stack.opened], characters)
    if more:
        lines.append(f"> - and in {more} more, {len(stack.opened)} places altogether")
    return "\n".join(["> [!WARNING]", f"> **Applying {stack.stack} opens access.**", ">", *lines])


def _lifted(stack: Reviewed, characters: int) -> str:
    by_kind: dict[str, list[str]] = {}
    for change in stack.unprotected:
        by_kind.setdefault(kind(change), []).append(name(change))
    lines = [
        f"> - {noun} {code(names[0])}"
        if len(names) == 1
        else f"> - {len(names)} {kinds.plural(noun)}: {several(names, MANY)}"
        for noun, names in by_kind.items()
    ]
    heading = f"> **Applying {stack.stack} lifts the deletion protection. A later change can then delete:**"
    return "\n".join(["> [!WARNING]", heading, ">", *fitting(lines, characters)[0]])
