"""The policies that a plan changes, below the table of its stack: many that change alike are shown once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vectorform.desired import kinds
from vectorform.plans import access
from vectorform.plans.described import name, what
from vectorform.plans.markdown import code
from vectorform.plans.members import EACH, Template, commonest, templates
from vectorform.plans.openings import allows_more, openings, widens
from vectorform.plans.policy_changes import PolicyChange

# So many policies that change alike are one.
MANY = 3
# So many characters of names are written out.
_NAMES = 1_500


@dataclass(frozen=True, slots=True)
class Block:
    """The lines about a policy, or about several that change alike.

    `urgency` is 0 if one of them opens access, 1 if it allows more, else 2.
    """

    lines: tuple[str, ...]
    names: tuple[str, ...]
    urgency: int

    def __len__(self) -> int:
        """Its characters, line ends among them."""
        return sum(len(line) + 1 for line in self.lines)


def blocks(policies: Sequence[PolicyChange], account: str | None) -> list[Block]:
    """Markdown of all of them, the most urgent first: each with its diff, those that change alike with one.

    `account` is the plan's own.
    """
    groups: dict[Template, list[PolicyChange]] = {}
    best = commonest([_templates(policy) for policy in policies])
    for number, (policy, (template, alike)) in enumerate(zip(policies, best, strict=True)):
        groups.setdefault(template if alike >= MANY else (*template, str(number)), []).append(policy)
    found = [
        Block(
            _shown(group, template),
            tuple(name(policy.change) for policy in group),
            min(_urgency(policy, account) for policy in group),
        )
        for template, group in groups.items()
    ]
    return sorted(found, key=lambda block: block.urgency)


def _urgency(policy: PolicyChange, account: str | None) -> int:
    return 0 if openings(policy, account) else 1 if widens(policy) else 2


def _templates(policy: PolicyChange) -> Mapping[str, Template]:
    diff = access.diff(policy) or ["known only after the apply"]
    kind = (policy.change.type, policy.attribute)
    return {text: (*kind, *of) for text, of in templates(name(policy.change), diff).items()}


def _shown(group: Sequence[PolicyChange], template: Sequence[str]) -> tuple[str, ...]:
    names = [name(policy.change) for policy in group]
    if len(group) == 1:
        [policy] = group
        subject = access.subject(policy, what(policy.change))
        known = "known only after the apply" if policy.unknown else ""
        return ("", f"{subject}{_more(group)}: {known}".strip(), "", *access.diff(policy))
    subject = access.subject(group[0], _many(group))
    of, diff = template[2], template[3:]
    differs = any(EACH in line for line in diff)
    alike = (
        f"identical except for `{EACH}`, a name"
        if of == EACH
        else f"identical except for `{EACH}` in {code(of)}"
    )
    heading = f"{subject}{_more(group)}, {alike if differs else 'all identical'}: {', '.join(_named(names))}"
    return ("", heading, "", *diff)


def _more(group: Sequence[PolicyChange]) -> str:
    """That a policy which is there already allows more."""
    return ", allowing more" if all(allows_more(policy) for policy in group) else ""


def _many(group: Sequence[PolicyChange]) -> str:
    type_ = group[0].change.type
    known = kinds.of_type(type_)
    return f"{len(group)} {known.plural}" if known else f"{len(group)} times {type_}"


def _named(names: Sequence[str]) -> Iterator[str]:
    """The names, as many as are short enough together, and how many are left out."""
    room = _NAMES
    for number, text in enumerate(names):
        room -= len(text)
        if room < 0:
            yield f"and {len(names) - number} more"
            return
        yield code(text)
