"""What a plan sets besides Terraform's resources: index modes and text search, by the paths of the YAML."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from vectorform.desired import kinds
from vectorform.desired.addresses import SEARCH_STEPS
from vectorform.plans.changes import Change, Plan
from vectorform.plans.described import how

KIND = "search settings"
# What the file does not name any more is not taken back.
_LEFT = "left as it is in AWS"
_TRIGGERS = "triggers_replace"
_CREATED = "created"  # of what it is set on: an index that is created anew is set anew


def expanded(plan: Plan) -> tuple[Change, ...]:
    """The changes that do something; in place of a step, those of what it sets."""
    staying = {
        change.key for change in plan.changes if change.after is not None and kinds.of_type(change.type)
    }
    return tuple(
        each
        for change in plan.effective
        for each in (_settings(change, staying) if change.address in SEARCH_STEPS else (change,))
    )


def told(plan: Plan) -> tuple[str, ...]:
    """The settings that change, a line for each."""
    settings = (change for change in expanded(plan) if change.type == KIND)
    return tuple(f"{KIND} of {change.key}: {how(change)}".replace("`", "") for change in settings)


def _settings(step: Change, staying: Collection[str | None]) -> Iterator[Change]:
    before, after = (_triggers(side) for side in (step.before, step.after))
    for key in dict.fromkeys((*before, *after)):
        was, will = before.get(key, {}), after.get(key, {})
        anew = was.pop(_CREATED, None) != will.pop(_CREATED, None) and key in before
        if key not in after and key in staying:
            yield Change(step.address, KIND, key, "forgotten", was, None)
        elif key in after and (was != will or anew):
            left = {} if anew else {member: _LEFT for member in was if member not in will}
            yield Change(step.address, KIND, key, "updated", {} if anew else was, {**will, **left})


def _triggers(side: Any) -> dict[str, dict[str, Any]]:
    return {key: dict(row) for key, row in ((side or {}).get(_TRIGGERS) or {}).items()}
