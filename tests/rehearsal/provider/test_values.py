from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vectorform.rehearsal.provider import values
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN

INDEX = provider_schema().resources["aws_s3vectors_index"].block
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.just(UNKNOWN)
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(anything)
def test_what_is_encoded_is_decoded(value: Any) -> None:
    assert values.decode(values.encode(value)) == value


def test_known_means_nothing_unknown_inside() -> None:
    assert values.is_known({"a": [None, "UNKNOWN", {"b": 1}]})
    assert not values.is_known({"a": [None, {"b": UNKNOWN}]})


def test_refined_unknown_values_are_unknown() -> None:
    refined = b"\xc7\x03\x0c\x81\x01\xc2"  # extension 12: not null
    assert values.decode(refined) is UNKNOWN


@given(st.dictionaries(st.sampled_from([*INDEX.attributes, "gone"]), st.none() | st.text(), max_size=5))
def test_a_conformed_object_has_exactly_the_members_of_its_schema(value: dict[str, Any]) -> None:
    conformed = values.conform(value, INDEX)
    assert set(conformed) == {*INDEX.attributes, *INDEX.blocks}
    assert values.conform(conformed, INDEX) == conformed
    assert conformed["metadata_configuration"] == []


def test_saved_state_loses_what_the_schema_does_not_have() -> None:
    saved = json.dumps({"index_name": "i", "left_over": 1}).encode()
    assert values.from_json(saved, INDEX)["index_name"] == "i"
    assert "left_over" not in values.from_json(saved, INDEX)
