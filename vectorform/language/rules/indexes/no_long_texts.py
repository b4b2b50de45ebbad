"""An index without non-filterable metadata keys, which cannot be added later."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn
from vectorform.wording import show

NO_LONG_TEXTS = Rule("VF424", "no-non-filterable-keys", "hint")


def check(within: BucketIn) -> Iterator[Problem]:
    """Said at the first of a bucket's indexes, for all of them."""
    exposed = [
        child
        for child in within.indexes
        if not child.index.non_filterable_metadata_keys
        and "non_filterable_metadata_keys" not in child.node.mapping
        and not child.node.broken
    ]
    if exposed:
        first, others = exposed[0], len(exposed) - 1
        have = f"and {others:,} more of this bucket have" if others else "has"
        message = (
            f"{show(first.index.key)} {have} no non-filterable metadata keys, and they cannot be added later"
        )
        hint = "list the keys of long texts, or write non_filterable_metadata_keys: []"
        yield NO_LONG_TEXTS.at(first.node, first.path, message, hint, key=True)
