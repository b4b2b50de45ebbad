"""AWS keeps so many tags on a resource."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import MAX_TAGS
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Tagged

NUMBER = Rule("VF450", "too-many-tags")


def check(tagged: Tagged) -> Iterator[Problem]:
    """The resource's own tags and those of the environment."""
    count = len(tagged.defaults.keys() | tagged.tags.keys())
    if count > MAX_TAGS:
        what = "together with the environment's, there are" if tagged.path else "there are"
        hint = f"AWS keeps at most {MAX_TAGS} on a resource"
        path = (*tagged.path, "tags")
        yield NUMBER.at(tagged.node.mapping["tags"], path, f"{what} {count} tags", hint, key=True)
