"""Documents as short as IAM takes them allow together what the long one does, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.desired.statements import TooLong, allow, characters, document, parts

ARN = st.from_regex(r"arn:aws:s3vectors:[a-z]{1,9}:bucket/[a-z0-9]{1,63}", fullmatch=True)
ARNS = st.lists(ARN, max_size=40)
LIMIT = 600


def granted(*policies: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Every action on every resource, with each value of the condition."""
    return {
        (action, resource, value)
        for policy in policies
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
        for value in statement.get("Condition", {"ArnEquals": {"k": [""]}})["ArnEquals"]["k"]
    }


@given(st.lists(ARNS, max_size=6), ARNS)
def test_together_they_allow_the_same(resources: list[list[str]], values: list[str]) -> None:
    statements = [allow(f"S{n}x", ["a:B", "a:C"], arns) for n, arns in enumerate(resources)]
    if values:
        statements.append({**allow("Last", ["a:D"], ["*"]), "Condition": {"ArnEquals": {"k": values}}})
    whole = document(statements)
    found = parts(whole, LIMIT)
    assert all(characters(part) <= LIMIT for part in found)
    assert granted(*found) == granted(whole)
    for part in found:
        sids = [statement["Sid"] for statement in part["Statement"]]
        assert len(set(sids)) == len(sids) and all(sid.isalnum() for sid in sids)


def test_one_that_fits_stays_as_it_is() -> None:
    whole = document([allow("A", ["a:B"], ["x"]), allow("C", ["c:D"], ["y"])])
    assert parts(whole) == [whole]
    assert parts(document([])) == []


def test_values_of_which_all_have_to_hold_are_not_told_apart() -> None:
    """Of a negated test each value takes something away, and of a Deny each statement."""
    arns = [f"arn:aws:iam::123456789012:role/{n:040}" for n in range(20)]
    condition = {"Condition": {"ArnNotEquals": {"k": arns}}}
    with pytest.raises(TooLong, match="A"):
        parts(document([{**allow("A", ["a:B"], ["*"]), **condition}]), LIMIT)
    denied = {**allow("A", ["a:B"], ["*"]), "Effect": "Deny", "Condition": {"ArnEquals": {"k": arns}}}
    with pytest.raises(TooLong, match="A"):
        parts(document([denied]), LIMIT)
