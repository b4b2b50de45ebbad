"""A name that nothing has: what was probably meant, in the same words everywhere."""

from __future__ import annotations

import pytest

from vectorform.desired.lookup import NotThere, named


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        (["us-east-1", "eu-west-1"], "did you mean `us-east-1`?"),
        (["ap-south-1"], "known: ap-south-1"),
        ([], "it has none"),
    ],
)
def test_a_name_that_nothing_has(known: list[str], hint: str) -> None:
    with pytest.raises(NotThere) as error:
        named("us-esat-1", dict.fromkeys(known), "region", "prod")
    assert str(error.value) == f"prod has no region us-esat-1; {hint}"


def test_a_name_that_something_has() -> None:
    assert named("a", {"a": 1}, "region", "prod") == 1
