"""What a plan is going to do, from its events and as a whole: search settings alone are no "no changes"."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plans.test_summary import changed, plan
from vectorform.desired.addresses import SEARCH_SETTINGS, VERIFICATION
from vectorform.rollout.foretold import Foretold, planned
from vectorform.rollout.progress import Planned, RegionProgress
from vectorform.rollout.report import outcome


def event(address: str, action: str) -> dict[str, Any]:
    return {
        "change": {"action": action, "resource": {"addr": address, "resource_type": "terraform_data"}},
        "type": "planned_change",
    }


def step(*actions: str) -> dict[str, Any]:
    change = {"actions": list(actions), "before": None, "after": None}
    return {"address": SEARCH_SETTINGS, "type": "terraform_data", "change": change}


@pytest.mark.parametrize(("action", "actions"), [("replace", ("delete", "create")), ("create", ("create",))])
def test_search_settings_alone(action: str, actions: tuple[str, ...]) -> None:
    foretold = Foretold()
    foretold.count(event(SEARCH_SETTINGS, action))
    foretold.count(event(VERIFICATION, "replace"))
    assert foretold.planned == planned(plan(step(*actions))) == Planned(search=True)
    region = RegionProgress("eu-west-1", "prod", 1, planned=foretold.planned)
    assert outcome(region) == "search settings to set"
    assert outcome(RegionProgress("eu-west-1", "prod", 1, "done", foretold.planned)) == "search settings set"


def test_what_the_file_does_not_name_any_more_is_left_as_it_is() -> None:
    foretold = Foretold()
    foretold.count(event(SEARCH_SETTINGS, "delete"))
    assert foretold.planned == Planned() and str(foretold.planned) == "no changes"


def test_beside_resources_they_are_a_note() -> None:
    assert str(planned(plan(changed("b/i", "a", "b"), step("delete", "create")))) == "1 to change"
