"""Names of indexes are unique in their vector bucket."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import named
from vectorform.language.rules.subjects import BucketIn
from vectorform.wording import show

NAME_TWICE = Rule("VF422", "index-name-twice")


def check(within: BucketIn) -> Iterator[Problem]:
    """Every index against those that are written before it."""
    keys: dict[str, str] = {}
    for child in within.indexes:
        name = child.index.name
        first = keys.setdefault(name, child.index.key)
        if name and first != child.index.key:
            message = f"the name {show(name)} is also that of {show(first)} in this bucket"
            yield NAME_TWICE.at(*named(child.node, child.path), message, "names are unique in a bucket")
