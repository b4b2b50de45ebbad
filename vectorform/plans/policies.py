"""The policies that a plan changes, below the table of its stack: many that change alike are shown once.

Members of a definition of many have policies that differ by one text, the member's: `000` of `tenant000`.
Where all else of the change is the same, `{each}` stands for it, and nothing is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorform.desired import kinds
from vectorform.plans import access
from vectorform.plans.described import name, what
from vectorform.plans.markdown import code
from vectorform.plans.openings import openings, widens
from vectorform.plans.policy_changes import PolicyChange

# So many policies that change alike are one.
MANY = 3
EACH = "{each}"
# So many characters of names are written out.
_NAMES = 1_500
# What may tell a member from the others, in its name: all of it, its number, or a part between separators.
_TEXTS = (r"^.+$", r"[0-9]+(?!.*[0-9])", r"[^-_/]+$", r"^[^-_/]+", r"(?<=[-_/]).+$", r"^.+(?=[-_/])")


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
    templates = [_templates(policy) for policy in policies]
    counted = Counter(template for of_policy in templates for template in of_policy.values())
    groups: dict[tuple[str, ...], list[PolicyChange]] = {}
    for number, policy in enumerate(policies):
        best = max(templates[number].values(), key=lambda template: counted[template])
        alone = counted[best] < MANY
        groups.setdefault((*best, str(number)) if alone else best, []).append(policy)
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


def _templates(policy: PolicyChange) -> dict[str, tuple[str, ...]]:
    """The change with `{each}` in place of what may be the member's text, by that text."""
    own = name(policy.change)
    found = (match[0] for match in (re.search(text, own) for text in _TEXTS) if match)
    diff = access.diff(policy) or ["known only after the apply"]
    return {
        text: (policy.change.type, policy.attribute, *(_replaced(text, line) for line in (own, *diff)))
        for text in found
    }


def _replaced(text: str, line: str) -> str:
    """A number within a longer one, or letters within a word, are another text."""
    before, after = (r"[0-9]" if edge.isdigit() else r"[A-Za-z]" for edge in (text[0], text[-1]))
    return re.sub(f"(?<!{before}){re.escape(text)}(?!{after})", EACH, line)


def _shown(group: Sequence[PolicyChange], template: Sequence[str]) -> tuple[str, ...]:
    names = [name(policy.change) for policy in group]
    if len(group) == 1:
        [policy] = group
        subject = access.subject(policy, what(policy.change))
        known = "known only after the apply" if policy.unknown else ""
        return ("", f"{subject}: {known}".strip(), "", *access.diff(policy))
    subject = access.subject(group[0], _many(group))
    of, diff = template[2], template[3:]
    differs = any(EACH in line for line in diff)
    alike = (
        f"identical except for `{EACH}`, a name"
        if of == EACH
        else f"identical except for `{EACH}` in {code(of)}"
    )
    heading = f"{subject}, {alike if differs else 'all identical'}: {', '.join(_named(names))}"
    return ("", heading, "", *diff)


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
