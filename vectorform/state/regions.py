"""Regions that were removed from an environment while their stack still had a state."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vectorform.check import Check
from vectorform.desired.commands import ALONE
from vectorform.desired.model import Environment
from vectorform.errors import UserError

_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[1-9][0-9]?"


class LeftBehind(UserError):
    """Regions were removed before their stacks were destroyed."""

    exit_code = 1


def refuse(leftovers: Iterable[Check]) -> None:
    """Raises LeftBehind if there are any."""
    found = list(leftovers)
    if found:
        raise LeftBehind("\n".join(f"{leftover.what}: {leftover.fix}" for leftover in found))


def stack_without_region(environment: Environment, template: str, place: str) -> str | None:
    """The id of the stack whose state is at `place`, if it is of a region that the environment has no more.

    `template` is how the backend names a stack's state: a text with `{stack}` or `{region}` in it.
    """
    match = _pattern(environment, template).fullmatch(place)
    if match is None or "region" not in match.groupdict():
        return None
    region = match["region"]
    known = {known.name for known in environment.regions}
    return None if region in known else f"{environment.name}-{region}"


def left_behind(environment: Environment, stack: str, place: str, held: str, first: str = "") -> Check:
    """What to say of such a state: its region's resources go on existing, and nobody sees them.

    `first` is how to find out whether it holds anything, where that is not known.
    """
    region = stack.removeprefix(f"{environment.name}-")
    fix = (
        f"{first}write {region} back under `regions` with `deletion_protection: false` for its vector "
        f"buckets, `cdktf deploy {stack} {ALONE}`, `cdktf destroy {stack} {ALONE}`; then remove {region} "
        "again"
    )
    return Check("wrong", f"{place} still holds {held}, but {environment.source} has no {region}", fix)


def _pattern(environment: Environment, template: str) -> re.Pattern[str]:
    seen = False
    pattern = ""
    for part in re.split(r"(\{stack\}|\{region\})", template):
        if part not in ("{stack}", "{region}"):
            pattern += re.escape(part)
            continue
        region = "(?P=region)" if seen else f"(?P<region>{_REGION})"
        seen = True
        pattern += region if part == "{region}" else f"{re.escape(environment.name)}-{region}"
    return re.compile(pattern)
