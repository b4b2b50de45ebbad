"""Names with variables in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.language.templates import UNKNOWN, TemplateError, fill, fill_variables


def test_filled_in() -> None:
    assert fill("{a}-{b}-x", {"a": "1", "b": "2"}) == "1-2-x"
    assert fill("plain", {}) == "plain"
    assert fill("{a}/{stack}", {"a": "1"}, later=("stack",)) == "1/{stack}"


def test_values_are_not_filled_in_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "{b}"


@pytest.mark.parametrize("template", ["{a", "a}", "{{a}}", "{a}{", "}{", "{a b", "{}"])
def test_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        fill(template, {"a": "1"})


def test_variables_use_each_other() -> None:
    values, errors = fill_variables({"a": "{b}!", "b": "{c}", "c": "{project}"}, {"project": "p"})
    assert (values, errors) == ({"a": "p!", "b": "p", "c": "p"}, {})


def test_a_circle_is_told_once_with_its_way() -> None:
    values, errors = fill_variables({"a": "{b}", "b": "{c}", "c": "{b}", "d": "x"}, {})
    assert values.keys() >= {"d"}
    assert [str(error) for error in errors.values()] == [
        "variables refer to each other in a circle: b -> c -> b"
    ]


@pytest.mark.parametrize(("count", "fails"), [(40, False), (5000, True)])
def test_long_chains_of_variables_end(count: int, fails: bool) -> None:
    variables = {f"v{i}": f"{{v{i + 1}}}" for i in range(count)} | {f"v{count}": "end"}
    values, errors = fill_variables(variables, {})
    assert bool(errors) == fails
    assert values["v0"] == (UNKNOWN if fails else "end")


def test_variables_cannot_blow_up() -> None:
    variables = {f"v{i}": f"{{v{i + 1}}}" * 10 for i in range(30)} | {"v30": "x" * 10}
    _, errors = fill_variables(variables, {})
    assert [str(error) for error in errors.values()] == ["it expands to 10,000 characters"]


NAMES = st.sampled_from("abcde")


@given(
    st.dictionaries(
        NAMES, st.lists(st.one_of(NAMES.map("{{{}}}".format), st.text("xyz")), max_size=4).map("".join)
    )
)
def test_every_variable_has_a_value_or_an_error(variables: dict[str, str]) -> None:
    values, errors = fill_variables(variables, {})
    for name, value in values.items():
        assert not set(value) & set("{}") or name in errors
    for name in variables.keys() - values.keys():
        assert name in errors or "{" in variables[name]
