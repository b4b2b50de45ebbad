"""The second index that the guard proposes: its quoting, its key and its name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model import environment, index, region, vector_bucket
from vectorform.desired import kinds
from vectorform.guard.beside import differs_elsewhere, entry, free_key, yaml
from vectorform.language.nodes import find, plain
from vectorform.language.yaml_reader import read

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
VALUES = st.recursive(
    TEXTS | st.integers(0, 5000) | st.booleans(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXTS, children, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_what_it_writes_is_read_back(value: object) -> None:
    node, problems = read(f"a: {yaml(value)}\n".encode(), "f")
    assert node is not None and not problems, problems
    assert plain(find(node, ("a",))) == value


@pytest.mark.parametrize("text", ["yes", "No", "off", "1.10", "0o7", "#c", "- a", "a: b", "", "~", "1:30"])
def test_what_readers_take_for_something_else_has_quotes(text: str) -> None:
    assert yaml(text) == f'"{text}"'


@pytest.mark.parametrize(
    ("key", "others", "expected"),
    [
        ("pages", (), "pages-v2"),
        ("pages", ("pages-v2", "pages-v3"), "pages-v4"),
        ("pages-v2", (), "pages-v3"),
        ("pages-v2", ("pages-v3",), "pages-v4"),
        ("a" * 63, (), f"{'a' * 60}-v2"),
        (f"{'a' * 59}-bbb", (), f"{'a' * 59}-v2"),
        ("pages-v9", (), "pages-v10"),
    ],
)
def test_the_key_is_free_and_fits(key: str, others: tuple[str, ...], expected: str) -> None:
    bucket = vector_bucket(index(key), *(index(other) for other in others))
    assert free_key(environment(region(bucket)), "documents", key, key) == expected


def test_the_key_is_free_in_every_region_and_as_a_name_and_in_the_past() -> None:
    away = region(vector_bucket(index("pages"), index("pages-v2")), name="us-east-1")
    named = region(vector_bucket(index("pages"), index("other", name="pages-v3")))
    moved = {"documents/pages-v4": "documents/other"}
    assert free_key(environment(named, away, moved=moved), "documents", "pages", "pages") == "pages-v5"


def test_a_name_of_its_own_only_where_the_first_keeps_it() -> None:
    fixed = index("pages", name="called", written={"name": "called", "dimension": 4})
    of = environment(region(vector_bucket(fixed)))
    assert entry(of, "documents", fixed, "pages-v2", "called") == [
        "pages-v2:",
        "  name: called-v2",
        "  dimension: 4",
    ]
    assert "  name: called" in entry(of, "documents", fixed, "pages-v2", "as-it-was-before-the-edit")
    by_key = replace(fixed, written={"name": "{index}-x"})
    assert entry(of, "documents", by_key, "pages-v2", "called")[1] == '  name: "{index}-x"'


def test_another_definition_elsewhere_is_noticed() -> None:
    here = region(vector_bucket(index("pages", written={"dimension": 4})))
    away = region(vector_bucket(index("pages", written={"dimension": 8})), name="us-east-1")
    of = environment(here, away)
    assert differs_elsewhere(of, of.home, here.vector_buckets[0].indexes[0])
    assert not differs_elsewhere(environment(here), here, here.vector_buckets[0].indexes[0])


def test_a_member_that_was_taken_out_at_once_is_to_be_listed_again() -> None:
    from vectorform.guard.losses import Loss
    from vectorform.guard.remedy import remedy

    bucket = vector_bucket(index("pages"), key="tenant-acme", definition="tenant-{each}")
    of = region(bucket)
    lost = Loss(
        kind=kinds.INDEX,
        key="tenant-globex/pages",
        address='aws_s3vectors_index.indexes["tenant-globex/pages"]',
        name="pages",
        bucket_name="tenant-globex",
        replaced=False,
        because=(),
        shown=True,
        refused="it is not retired",
    )
    assert "keep globex in that list" in "\n".join(remedy(lost, environment(of), of))
