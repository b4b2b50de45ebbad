"""Things looked up by the names that people give, with what they probably meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.wording import did_you_mean

Thing = TypeVar("Thing")


class NotThere(UserError):
    """Nothing has that name."""


def region(environment: Environment, name: str) -> Region:
    """The environment's region of that name. Raises NotThere."""
    regions = {known.name: known for known in environment.regions}
    return named(name, regions, "region", environment.name)


def named(name: str, known: Mapping[str, Thing], what: str, owner: str) -> Thing:
    """The one of `known` with that name. Raises NotThere: "OWNER has no WHAT NAME; did you mean ...?"."""
    if name in known:
        return known[name]
    hint = did_you_mean(name, known) or "it has none"
    raise NotThere(f"{owner} has no {what} {name}; {hint}")
