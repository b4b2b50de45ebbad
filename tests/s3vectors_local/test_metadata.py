"""The byte model of metadata."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3vectors_local.s3vectors.metadata import metadata_problem, size


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, 4),
        ({"a": ""}, 4 + 8 + 1),
        ({"a": "xyz"}, 4 + 8 + 1 + 3),
        ({"ä": "€"}, 4 + 8 + 2 + 3),
        ({"a": 1}, 4 + 8 + 1 + 4),
        ({"a": 1.5}, 4 + 8 + 1 + 4),
        ({"a": True}, 4 + 8 + 1),
        ({"a": []}, 4 + 8 + 1),
        ({"a": ["x", 1]}, 4 + 8 + 1 + (4 + 1) + (4 + 4)),
        ({"a": '"\n'}, 4 + 8 + 1 + 2),
    ],
    ids=repr,
)
def test_size(metadata: dict[str, Any], expected: int) -> None:
    assert size(metadata) == expected


scalars = st.text() | st.integers() | st.booleans()
values = (
    scalars | st.lists(st.text(), min_size=1, max_size=4) | st.lists(st.integers(), min_size=1, max_size=4)
)
entries = st.dictionaries(st.text(min_size=1), values, max_size=5)


@given(entries, entries)
def test_sizes_add_up(one: dict[str, Any], other: dict[str, Any]) -> None:
    other = {key: value for key, value in other.items() if key not in one}
    assert size({**one, **other}) == size(one) + size(other) - 4


@given(entries)
def test_small_metadata_of_the_allowed_types_is_fine(metadata: dict[str, Any]) -> None:
    if size(metadata) <= 2048:
        assert metadata_problem(metadata, ()) is None


@given(st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner)))
def test_anything_else_is_refused(value: Any) -> None:
    assert metadata_problem({"a": value}, ()) is not None


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 10**400])
def test_a_number_that_json_cannot_say_is_refused(number: float) -> None:
    assert metadata_problem({"a": number}, ()) is not None
    assert metadata_problem({"a": [1, number]}, ()) is not None
