"""Policy documents: what may be rewritten without a change of meaning, and what may not."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vectorform.verifier.documents import difference, parse
from vectorform.verifier.key_policy import lets_index
from vectorform.verifier.permissions import denies

# Other work on the machine must not fail a test.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

STATEMENT: dict[str, Any] = {
    "Sid": "Read",
    "Effect": "Allow",
    "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/app"]},
    "Action": ["s3vectors:GetVectors", "s3vectors:QueryVectors"],
    "Resource": ["arn:aws:s3vectors:us-east-1:123456789012:bucket/b/index/*"],
    "Condition": {
        "Bool": {"aws:SecureTransport": ["true"]},
        "StringLike": {"aws:PrincipalTag/a": ["x", "y"]},
    },
}
DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT, {**STATEMENT, "Sid": "Two"}]}


def _shuffled(value: Any, chance: random.Random) -> Any:
    """The same meaning in another order, with lists of one as their value."""
    if isinstance(value, dict):
        items = [(key, _shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [_shuffled(item, chance) for item in value]
        chance.shuffle(items)
        return items[0] if len(items) == 1 and chance.random() < 0.5 else items
    return value


@UNHURRIED
@given(st.integers())
def test_order_and_single_values_do_not_matter(seed: int) -> None:
    assert difference(DOCUMENT, _shuffled(DOCUMENT, random.Random(seed))) is None


@pytest.mark.parametrize(
    ("element", "same"),
    [
        ("Action", ["s3vectors:getvectors", "S3VECTORS:QueryVectors"]),
        ("Action", ["s3vectors:GetVectors", "s3vectors:QueryVectors", "s3vectors:GetVectors"]),
        ("Principal", {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/app"]}),
        (
            "Condition",
            {"Bool": {"AWS:SecureTransport": True}, "StringLike": {"aws:PrincipalTag/a": ["y", "x"]}},
        ),
    ],
)
def test_other_spellings_of_the_same(element: str, same: Any) -> None:
    assert difference({"Statement": STATEMENT}, {"Statement": [{**STATEMENT, element: same}]}) is None


def test_everyone_is_everyone() -> None:
    everyone = [{**STATEMENT, "Principal": one} for one in ("*", {"AWS": "*"}, {"AWS": ["*"]})]
    assert all(difference({"Statement": everyone[0]}, {"Statement": one}) is None for one in everyone)


@pytest.mark.parametrize(
    ("element", "other"),
    [
        ("Effect", "Deny"),
        ("Sid", "Other"),
        ("Action", ["s3vectors:GetVectors"]),
        ("Resource", ["arn:aws:s3vectors:us-east-1:123456789012:bucket/B/index/*"]),
        ("Principal", "*"),
        ("Principal", {"Service": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/app"]}),
        ("Condition", {}),
        ("Condition", {**STATEMENT["Condition"], "Bool": {"aws:SecureTransport": "false"}}),
        ("NotAction", ["s3vectors:*"]),
    ],
)
def test_what_changes_the_meaning_is_shown_from_both_sides(element: str, other: Any) -> None:
    changed = copy.deepcopy(DOCUMENT)
    changed["Statement"][0][element] = other  # type: ignore[index]
    found = difference(DOCUMENT, changed)
    assert found is not None
    assert found.expected == [STATEMENT]
    assert found.actual == [changed["Statement"][0]]


def test_the_version_matters_since_it_switches_variables_on() -> None:
    assert difference(DOCUMENT, {"Statement": DOCUMENT["Statement"]}) is not None
    assert difference({"Statement": []}, {"Version": "2008-10-17", "Statement": []}) is None


@pytest.mark.parametrize("text", ["", "not json", "[]", "1", '"text"', "null", "{"])
def test_what_is_no_document(text: str) -> None:
    assert parse(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Effect", "Action", "Principal", "Condition", "AWS", "StringLike"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@UNHURRIED
@example({"Statement": {"Principal": [[]]}})
@given(st.dictionaries(st.sampled_from(["Version", "Statement"]), JSON))
def test_any_document_is_compared_and_equals_itself(document: dict[str, Any]) -> None:
    assert difference(document, copy.deepcopy(document)) is None
    difference(DOCUMENT, document)
    assert lets_index(document, "key", "123456789012", ("a", "b")) in ("yes", "perhaps", "no")
    assert denies(document, "s3vectors:DeleteIndex", "arn") in (True, False)
