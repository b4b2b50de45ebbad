"""What a plan sets besides Terraform's resources, in the words of the YAML."""

from __future__ import annotations

from typing import Any

from tests.plans.test_summary import entry, plan
from vectorform.plans.search_settings import expanded, told
from vectorform.plans.summary import summary


def step(before: Any, after: Any, *actions: str) -> dict[str, Any]:
    def side(triggers: Any) -> Any:
        return None if triggers is None else {"triggers_replace": triggers}

    return {
        "address": "terraform_data.search_settings",
        "type": "terraform_data",
        "change": {"actions": list(actions), "before": side(before), "after": side(after)},
    }


def setting(created: str = "2026-10-01T00:00:00Z", **settings: Any) -> dict[str, Any]:
    return {**settings, "created": created}


def test_each_setting_that_changes_has_its_line() -> None:
    before = {"a/same": setting(index_mode="ENHANCED"), "a/mode": setting(index_mode="CLASSIC")}
    after = {
        **before,
        "a/mode": setting(index_mode="ENHANCED"),
        "a/text": setting(text_search={"title": "en"}),
    }
    found = plan(step(before, after, "delete", "create"))
    assert told(found) == (
        "search settings of a/mode: index_mode: CLASSIC → ENHANCED",
        'search settings of a/text: text_search: nothing → {"title": "en"}',
    )
    assert "## Plan: 2 changed" in summary([found]) and "replaced" not in summary([found])


def test_a_member_that_is_not_written_any_more_is_left_in_aws() -> None:
    before = {"a/pages": setting(index_mode="ENHANCED", text_search={"title": "en"})}
    after = {"a/pages": setting(index_mode="ENHANCED")}
    [line] = told(plan(step(before, after, "delete", "create")))
    assert line == 'search settings of a/pages: text_search: {"title": "en"} → left as it is in AWS'


def test_what_is_created_anew_is_set_anew() -> None:
    before, after = (setting(day, index_mode="ENHANCED") for day in ("2026-10-01", "2026-11-01"))
    found = plan(step({"a/pages": before}, {"a/pages": after}, "delete", "create"))
    assert told(found) == ("search settings of a/pages: index_mode: nothing → ENHANCED",)


def test_a_setting_that_is_not_written_any_more_stays_in_aws_and_goes_with_its_index() -> None:
    before = {"a/left": setting(index_mode="ENHANCED"), "a/deleted": setting(index_mode="ENHANCED")}
    left = entry("a/left", "no-op", before={}, after={})
    deleted = entry("a/deleted", "delete", before={}, after=None)
    found = plan(left, deleted, step(before, None, "delete"))
    assert told(found) == ("search settings of a/left: stays in AWS, leaves Terraform",)
    assert [change.key for change in expanded(found)] == ["a/deleted", "a/left"]
