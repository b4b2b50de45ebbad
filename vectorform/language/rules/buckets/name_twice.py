"""Names of vector buckets are unique in an account and region."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import named
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

NAME_TWICE = Rule("VF402", "bucket-name-twice")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every vector bucket of a region against those that are written before it."""
    for region, tree in zip(configuration.environment.regions, configuration.regions, strict=True):
        keys: dict[str, str] = {}
        for bucket in region.written_vector_buckets:
            first = keys.setdefault(bucket.name, bucket.key)
            if bucket.name and first != bucket.key:
                message = f"the name {show(bucket.name)} is also that of {show(first)} in {region.name}"
                place = named(tree.vector_buckets.mapping[bucket.key], ("vector_buckets", bucket.key))
                yield NAME_TWICE.at(*place, message, "names are unique in an account and region")
