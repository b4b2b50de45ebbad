from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vectorform.rehearsal.provider.tags import TagRules, difference
from vectorform.rehearsal.provider.values import UNKNOWN

tag_maps = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))


@given(tag_maps, tag_maps)
def test_a_difference_leads_from_one_to_the_other(old: dict[str, str], new: dict[str, str]) -> None:
    removed, changed = difference(old, new)
    assert {k: v for k, v in old.items() if k not in removed} | changed == new
    assert not set(removed) & set(changed)


@given(tag_maps, tag_maps)
def test_what_was_planned_and_written_is_read_back_as_configured(
    defaults: dict[str, str], own: dict[str, str]
) -> None:
    rules = TagRules(defaults=defaults)
    tags, tags_all = rules.read(rules.planned(own), own)
    assert (tags, tags_all) == (own, {**defaults, **own})


def test_no_tags_stay_null() -> None:
    assert TagRules(defaults={"e": "dev"}).read({"e": "dev"}, None) == (None, {"e": "dev"})


def test_a_tag_changed_behind_terraforms_back_shows_up_as_the_resources_own() -> None:
    assert TagRules(defaults={"e": "dev"}).read({"e": "prod"}, None) == ({"e": "prod"}, {"e": "prod"})


def test_ignored_and_reserved_tags_are_neither_planned_nor_read() -> None:
    rules = TagRules(defaults={"keep": "1"}, ignored_keys=frozenset({"x"}), ignored_prefixes=("auto:",))
    noise = {"x": "1", "auto:y": "2", "aws:z": "3"}
    assert rules.planned({**noise, "own": "4"}) == {"keep": "1", "own": "4"}
    assert rules.read({**noise, "own": "4"}, None) == ({"own": "4"}, {"own": "4"})


def test_ignored_tags_are_sent_when_the_resource_is_created_and_only_then() -> None:
    rules = TagRules(defaults={"keep": "1"}, ignored_keys=frozenset({"x"}), ignored_prefixes=("auto:",))
    assert rules.written({"x": "1", "auto:y": "2", "aws:z": "3"}) == {"keep": "1", "x": "1", "auto:y": "2"}


@given(tag_maps, tag_maps)
def test_a_tag_without_a_value_is_an_empty_one_and_stays_null(
    defaults: dict[str, str], own: dict[str, str]
) -> None:
    rules, tags = TagRules(defaults=defaults), {**own, "a": None}
    everything = {**defaults, **own, "a": ""}
    assert rules.planned(tags) == rules.written(tags) == everything
    assert rules.read(everything, tags) == (tags, everything)


def test_unknown_tags_make_all_of_them_unknown() -> None:
    assert TagRules().planned(UNKNOWN) is UNKNOWN
