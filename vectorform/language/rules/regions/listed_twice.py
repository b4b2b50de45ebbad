"""A region is listed once: it is one stack."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.regions.written import written_regions
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

LISTED_TWICE = Rule("VF301", "region-listed-twice")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every region after the first of its name."""
    seen: set[str] = set()
    for region in written_regions(configuration):
        if region.name in seen:
            hint = "a region is one stack: list it once"
            yield LISTED_TWICE.at(region.node, region.path, f"{show(region.name)} is listed twice", hint)
        seen.add(region.name)
