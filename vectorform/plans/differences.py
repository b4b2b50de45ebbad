"""What an update or a replacement changes in a resource, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vectorform.plans.changes import Change

# The provider's merge of `tags` and the default tags: it repeats what `tags` says.
_TAGS, _MERGED_TAGS = "tags.", "tags_all."


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute, `tags.Owner` for instance; None is what is not there, or not known before the apply."""

    attribute: str
    before: Any
    after: Any


def differences(change: Change) -> list[Difference]:
    """The attributes that differ, sorted; each tag and each member of a block by itself."""
    found = list(_differing(change.before or {}, change.after or {}, ""))
    own_tags = {difference.attribute for difference in found if difference.attribute.startswith(_TAGS)}
    return [
        difference
        for difference in found
        if not difference.attribute.startswith(_MERGED_TAGS)
        or difference.attribute.replace(_MERGED_TAGS, _TAGS, 1) not in own_tags
    ]


def _differing(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            yield from _differing(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif _are_blocks(before) and _are_blocks(after) and len(before) == len(after):
        for position, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differing(old, new, f"{path}[{position}]")
    else:
        yield Difference(path, before, after)


def _are_blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
