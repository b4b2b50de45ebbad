"""What unquoted scalars mean: a table, and agreement with a reader of YAML 1.1 and one of YAML 1.2."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from vectorform.language.scalars import AmbiguousError, resolve

ACCEPTED = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "FALSE": False,
    "0": 0,
    "-12": -12,
    "3072": 3072,
    "999999999999999999": 999999999999999999,
    "1.5": 1.5,
    "-0.25": -0.25,
    "1.2.3": "1.2.3",
    "y": "y",
    "nothing": "nothing",
    "ap-southeast-2": "ap-southeast-2",
    "arn:aws:s3vectors": "arn:aws:s3vectors",
    "12-34": "12-34",
    "-": "-",
    "é": "é",
}
REFUSED = (
    *("yes", "Yes", "YES", "no", "No", "NO", "on", "On", "off", "OFF"),
    *("012345678901", "00", "-01", "0x1F", "0o17", "0b11", "1:30", "12:30:45", "190:20:30", "1_000", "1__0"),
    *("1e3", "1.5e-3", ".5E+3", ".inf", "-.INF", ".nan", "1" * 19, "1" * 5000, "1." + "1" * 400),
)


@pytest.mark.parametrize(("text", "value"), ACCEPTED.items())
def test_accepted(text: str, value: object) -> None:
    result = resolve(text)
    assert result == value and isinstance(result, type(value))
    assert not isinstance(value, float) or str(result) == text


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:12])
def test_refused(text: str) -> None:
    with pytest.raises(AmbiguousError) as caught:
        resolve(text)
    assert caught.value.hint
    assert len(str(caught.value)) < 200


NUMBER_LIKE = st.text("0123456789.:_-+eExobinfaNA", max_size=12)
WORDS = st.sampled_from(["yes", "no", "on", "off", "true", "null", "None", "y", "n", "nan", "inf", "~"])


@given(st.one_of(NUMBER_LIKE, st.builds(str.__add__, WORDS, NUMBER_LIKE), WORDS.map(str.upper)))
@example("0.0")
@example("-0")
@example("+1")
def test_accepted_means_that_both_versions_of_yaml_agree(text: str) -> None:
    try:
        ours = resolve(text)
    except AmbiguousError:
        return
    old, new = read_old(text), read_new(text)
    if isinstance(old, datetime.date) or (isinstance(old, str) and not isinstance(new, str)):
        # Dates are text here, as in YAML 1.2. ruamel takes +1:30 and the like for numbers in 1.2 as well.
        assert isinstance(ours, str)
        return
    if old is not Ellipsis:
        assert ours == old and isinstance(ours, type(old)), "YAML 1.1 (PyYAML) reads it otherwise"
    if new is not Ellipsis:
        assert ours == new, "YAML 1.2 (ruamel.yaml) reads it otherwise"


def read_old(text: str) -> Any:
    """The value that PyYAML sees, or ... where it is no plain scalar."""
    try:
        events = [e for e in yaml.parse(text, yaml.SafeLoader) if isinstance(e, yaml.ScalarEvent)]
        plain = len(events) == 1 and events[0].value == text and events[0].style in ("", None)
        return yaml.safe_load(text) if plain else ...
    except (yaml.YAMLError, ValueError):
        return ...


def read_new(text: str) -> Any:
    """The value that ruamel.yaml sees, or ... where it is no plain scalar."""
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except Exception:
        return ...
    return value if isinstance(value, str | int | float | bool | None) else ...
