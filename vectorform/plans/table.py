"""The table of a stack: a row for each change, and one alone for many members that change in the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectorform.plans.changes import Change
from vectorform.plans.described import WORDS, how, kind, name
from vectorform.plans.markdown import code, several
from vectorform.plans.members import commonest, templates

HEAD = ("| | what | name | how |", "|---|---|---|---|")

# So many members with the same change are one row.
MANY = 10
# So many names are written out, of those that change or of those that do not.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, and how many changes it stands for."""

    line: str
    changes: int


def rows(shown: Sequence[Change], everything: Iterable[Change]) -> list[Row]:
    """The rows of `shown`, in its order; `everything` is the whole plan, unchanged resources among it."""
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for change in everything:
        members[_family(change)].add(name(change))
    groups: dict[tuple[str, ...], list[Change]] = {}
    best = commonest([templates(name(change), [how(change)]) for change in shown])
    for change, (template, alike) in zip(shown, best, strict=True):
        same = template[1] if alike >= MANY else how(change)
        key: tuple[str, ...] = (change.action, str(change.loses_vectors), *_family(change), same)
        groups.setdefault(key, []).append(change)
    found: list[Row] = []
    for key, group in groups.items():
        if len(group) < MANY:
            found += [Row(_line(change, code(name(change)), how(change)), 1) for change in group]
        else:
            names = _many(group, members[_family(group[0])])
            found.append(Row(_line(group[0], names, key[-1]), len(group)))
    return found


def _family(change: Change) -> tuple[str, str]:
    """What a change is a member of: the indexes of one vector bucket, or all resources of a kind."""
    parent, slash, _ = name(change).rpartition("/")
    is_path = name(change).startswith("/")  # a parameter's, whose folders are no members of anything
    return change.type, parent if slash and change.key is not None and not is_path else ""


def _many(group: Sequence[Change], family: set[str]) -> str:
    parent = _family(group[0])[1]
    prefix = f"{parent}/" if parent else ""
    changing = {name(change) for change in group}
    others = sorted(family - changing)
    within = f" of {code(parent)}" if parent else ""
    short = [member.removeprefix(prefix) for member in sorted(changing)]
    if not others:
        return f"all {len(group)}{within}: {several(short, _NAMED)}"
    count = f"{len(group)} of {len(family)}{within}"
    if len(others) <= _NAMED:
        return f"{count}, all but {several([other.removeprefix(prefix) for other in others], _NAMED)}"
    return f"{count}: {several(short, _NAMED)}"


def _line(change: Change, names: str, changes: str) -> str:
    mark = f"**{WORDS[change.action]}**" if change.loses_vectors else WORDS[change.action]
    return f"| {mark} | {kind(change)} | {names} | {changes} |"
