"""The actions of S3 Vectors by what they act on: as the Service Authorization Reference has them."""

from __future__ import annotations

import pytest

from vectorform.desired.actions import ON_ACCOUNT, ON_INDEXES, ON_VECTOR_BUCKETS, ON_VECTORS, PREFIX
from vectorform.language.iam.reference import actions


@pytest.mark.parametrize(("ours", "kind"), [(ON_INDEXES, "Index"), (ON_VECTOR_BUCKETS, "VectorBucket")])
def test_every_action_stands_where_it_acts(ours: frozenset[str], kind: str) -> None:
    theirs = {f"{PREFIX}{name}" for name, kinds in actions().items() if kind in kinds}
    assert ours == theirs - ON_ACCOUNT


def test_what_acts_on_the_account_or_on_vectors_are_actions() -> None:
    assert {f"{PREFIX}{name}" for name in actions()} >= ON_ACCOUNT | ON_VECTORS
