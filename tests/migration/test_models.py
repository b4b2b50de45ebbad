"""Vectors of one embedding model are not copied among those of another one."""

from __future__ import annotations

import pytest

from tests.model import environment, index, region, vector_bucket
from vectorform.desired.model import Embedding, Environment
from vectorform.errors import UserError
from vectorform.migration.places import named_in_yaml


def of(old: str | None, new: str | None) -> Environment:
    models = {"old": old, "new": new}
    indexes = (index(key, embedding_model=Embedding(name) if name else None) for key, name in models.items())
    return environment(region(vector_bucket(*indexes)))


def test_two_models_are_refused_before_anything_is_read() -> None:
    with pytest.raises(UserError, match="embedding model ours, the target theirs: embed the texts again"):
        named_in_yaml("documents/old", "documents/new", of("ours", "theirs"))


@pytest.mark.parametrize(("old", "new"), [("ours", "ours"), (None, "ours"), ("ours", None)])
def test_one_model_or_an_unknown_one(old: str | None, new: str | None) -> None:
    assert len(named_in_yaml("documents/old", "documents/new", of(old, new)).pairs) == 1
