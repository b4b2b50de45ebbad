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
    yield from _too_many(tagged, len(tagged.defaults.keys() | tagged.tags.keys()))


def check_with_model(tagged: Tagged) -> Iterator[Problem]:
    """The same for an index that has one more, which says its embedding model."""
    count = len(tagged.defaults.keys() | tagged.tags.keys())
    yield from _too_many(tagged, count + 1, " including the one for its embedding model")


def _too_many(tagged: Tagged, count: int, more: str = "") -> Iterator[Problem]:
    if count > MAX_TAGS:
        what = "together with the environment's, there are" if tagged.path else "there are"
        hint = f"AWS keeps at most {MAX_TAGS} on a resource"
        path = (*tagged.path, "tags")
        place = tagged.node.mapping.get("tags", tagged.node)
        yield NUMBER.at(place, path, f"{what} {count} tags{more}", hint, key=True)
