"""A preset and an index's own keys are too many together."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import MAX_NON_FILTERABLE_KEYS
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import IndexIn

TOO_MANY_KEYS = Rule("VF423", "too-many-keys-with-preset")


def check(within: IndexIn) -> Iterator[Problem]:
    """Without a preset the schema counts them."""
    count = len(within.index.non_filterable_metadata_keys)
    if count > MAX_NON_FILTERABLE_KEYS and "preset" in within.node.mapping:
        message = f"with its preset, the index has {count} non-filterable metadata keys"
        hint = f"S3 Vectors allows {MAX_NON_FILTERABLE_KEYS}: put long texts into fewer keys"
        yield TOO_MANY_KEYS.at(within.node, within.path, message, hint, key=True)
