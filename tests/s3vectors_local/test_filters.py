"""The filter grammar, case by case and with random documents."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from s3vectors_local.s3vectors.errors import ValidationError
from s3vectors_local.s3vectors.filters import compile_filter
from s3vectors_local.s3vectors.resources import CLASSIC, ENHANCED
from tests.paths import CASES

FILE = yaml.safe_load((CASES / "rehearsal" / "aws" / "filters.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["name"])
def test_filter(case: dict[str, Any]) -> None:
    if isinstance(case["finds"], str):
        in_enhanced = "Invalid query filter" if case["finds"] == "several" else "Invalid filter"
        for mode, message in ((ENHANCED, in_enhanced), (CLASSIC, "Invalid filter")):
            with pytest.raises(ValidationError, match=f"^{message}$"):
                compile_filter(case["filter"], mode, ())
        return
    matches = compile_filter(case["filter"], ENHANCED, ())
    assert [key for key, metadata in FILE["metadata"].items() if matches(metadata)] == case["finds"]


def test_starts_with_needs_enhanced() -> None:
    with pytest.raises(ValidationError, match="Invalid filter"):
        compile_filter({"s": {"$startsWith": "a"}}, CLASSIC, ())


def test_one_hundred_constraints_in_enhanced_mode() -> None:
    compile_filter({"$and": [{"a": {"$in": list(range(99))}}, {"b": 1}]}, ENHANCED, ())
    too_many = {"$and": [{"a": {"$in": list(range(100))}}, {"b": 1}]}
    with pytest.raises(ValidationError, match="Invalid filter"):
        compile_filter(too_many, ENHANCED, ())
    compile_filter(too_many, CLASSIC, ())


def nested(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {"a": 1}
    for _ in range(levels):
        document = {"$and": [document]}
    return document


@pytest.mark.parametrize("levels", [101, 400, 10_000])
def test_endless_nesting_is_an_invalid_filter(levels: int) -> None:
    with pytest.raises(ValidationError, match="Invalid filter"):
        compile_filter(nested(levels), ENHANCED, ())


def test_deep_nesting_is_a_filter() -> None:
    assert compile_filter(nested(100), ENHANCED, ())({"a": 1})


def test_a_number_beyond_double_precision_is_no_operand() -> None:
    with pytest.raises(ValidationError, match="Invalid filter"):
        compile_filter({"a": {"$lt": 10**400}}, ENHANCED, ())


scalars = st.text(max_size=3) | st.integers() | st.floats(allow_nan=False) | st.booleans()
names = st.sampled_from(["a", "b", "$eq", "$in", "$and", "$or", "$gt", "$exists", "$startsWith", "$ne"])
documents = st.recursive(
    scalars | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=2)
)
metadata = st.dictionaries(st.sampled_from(["a", "b"]), scalars | st.lists(scalars, max_size=3), max_size=2)


@given(documents, metadata)
def test_any_document_is_compiled_or_refused(document: Any, entry: dict[str, Any]) -> None:
    try:
        matches = compile_filter(document, ENHANCED, ())
    except ValidationError as refused:
        assert refused.message in ("Invalid filter", "Invalid query filter")
    else:
        assert matches(entry) in (True, False)


@given(st.sampled_from(["a", "b"]), scalars, metadata)
def test_ne_is_the_complement_of_eq_among_those_that_have_the_field(
    field: str, value: Any, entry: dict[str, Any]
) -> None:
    equal = compile_filter({field: {"$eq": value}}, ENHANCED, ())(entry)
    unequal = compile_filter({field: {"$ne": value}}, ENHANCED, ())(entry)
    assert (equal, unequal).count(True) == (1 if field in entry else 0)
