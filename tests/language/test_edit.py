"""Entries added by `vectorform new`: everything else stays as it was, byte for byte."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from vectorform.language.edit import add_entry, add_to_list, diff, new_environment, set_entry
from vectorform.language.nodes import Plain, plain
from vectorform.language.yaml_reader import read

INDEX: dict[str, Plain] = {"dimension": 8, "distance_metric": "cosine"}
PATH = ("vector_buckets", "b", "indexes", "new")
TEXTS = {
    "comments after the block": """\
# top
project: x   # why

vector_buckets:
  b:
    # about indexes
    indexes:
      a:
        dimension: 3    # three
        tags: {x: y}    # mine

# what applications may do
access: {}
regions: [a, b]  # these
""",
    "nothing there yet": "project: x # why\n\n# end\n",
    "an empty map": "vector_buckets:\n  b:\n    indexes: {}   # none yet\n",
    "four spaces and odd alignment": """\
vector_buckets:
    b:
        name:     "x"
        indexes:
            a:
                dimension:       3
                distance_metric: 'cosine'
                non_filterable_metadata_keys:
                    - text
                    -   more  # this too
project:  x
""",
    "a bucket without indexes": "vector_buckets:\n  b: {}\n  c:\n    name: x\n",
    "no line break at the end": "vector_buckets:\n  b:\n    indexes:\n      a: {dimension: 3}",
    "a document start": "---\nvector_buckets:\n  b:\n    indexes:\n      a: {dimension: 3}\n",
}


def added_and_removed(old: str, new: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    return [x[2:] for x in lines if x[0] == "+"], [x[2:] for x in lines if x[0] == "-"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_index_is_added_and_nothing_else_changes(text: str) -> None:
    new = add_entry(text, PATH, INDEX)
    added, removed = added_and_removed(text, new)
    assert not [line for line in removed if "{}" not in line], "only {} may have to go"
    assert 3 <= len(added) <= 6
    before, after = YAML(typ="safe", pure=True).load(text), YAML(typ="safe", pure=True).load(new)
    bucket = before.setdefault("vector_buckets", {}).setdefault("b", {})
    bucket.setdefault("indexes", {})["new"] = INDEX
    assert after == before
    node, problems = read(new.encode(), "f")
    assert node is not None and plain(node) == before and not problems


def test_comments_that_follow_stay_behind() -> None:
    new = add_entry(TEXTS["comments after the block"], PATH, INDEX)
    assert (
        """\
        tags: {x: y}    # mine
      new:
        dimension: 8
        distance_metric: cosine

# what applications may do
access: {}
"""
        in new
    )


def test_what_is_there_is_not_overwritten() -> None:
    text = TEXTS["comments after the block"]
    with pytest.raises(KeyError):
        add_entry(text, ("vector_buckets", "b", "indexes", "a"), INDEX)
    with pytest.raises(KeyError):
        add_entry(text, ("project", "b", "indexes", "a"), INDEX)


def test_texts_are_quoted_where_yaml_would_read_something_else() -> None:
    text = new_environment({"account_id": "012345678901", "project": "x", "tags": {"A": "no", "B": "1.0"}})
    node, problems = read(text.encode(), "f")
    assert not problems
    assert node is not None and plain(node) == {
        "account_id": "012345678901",
        "project": "x",
        "tags": {"A": "no", "B": "1.0"},
    }
    assert text.startswith("# yaml-language-server: $schema=../schemas/environment.schema.json\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("regions: [a, b]  # these\nx: 1\n", "regions: [a, b, c] # these\nx: 1\n"),
        (
            "regions:\n  - a\n  - b  # two\n\n# next\nx: 1\n",
            "regions:\n  - a\n  - b  # two\n  - c\n\n# next\nx: 1\n",
        ),
        ("regions:\n- a\n- {name: b}\nx: 1\n", "regions:\n- a\n- {name: b}\n- c\nx: 1\n"),
        (
            "regions:\n- a\n- name: b\n  vector_buckets: {}\n# next\nx: 1\n",
            "regions:\n- a\n- name: b\n  vector_buckets: {}\n- c\n# next\nx: 1\n",
        ),
    ],
)
def test_a_region_is_added(text: str, expected: str) -> None:
    assert add_to_list(text, "regions", ["a", "b", "c"], inherited=False) == expected


def test_an_inherited_list_is_written_out() -> None:
    assert (
        add_to_list("project: x\n", "regions", ["a", "b"], inherited=True) == "project: x\nregions: [a, b]\n"
    )


def test_diff() -> None:
    assert diff("a: 1\n", "a: 1\nb: 2\n", "config/x.yaml") == (
        "--- config/x.yaml\n+++ config/x.yaml\n@@ -1 +1,2 @@\n a: 1\n+b: 2\n"
    )


COMMENTS = st.sampled_from(["", "  # why", "\n# above", "\n\n# apart\n"])
KEYS = st.sampled_from(["a", "b-1", '"quoted"', "'single'"])


@given(
    st.lists(st.tuples(KEYS, COMMENTS), max_size=4, unique_by=lambda pair: pair[0].strip("\"'")),
    COMMENTS,
    st.sampled_from([2, 4]),
)
@settings(max_examples=40)
def test_no_comment_is_lost(indexes: list[tuple[str, str]], end: str, indent: int) -> None:
    pad = " " * indent
    lines = ["vector_buckets:", f"{pad}b:", f"{pad * 2}indexes:" + ("" if indexes else " {}")]
    for key, comment in indexes:
        lines += [f"{pad * 3}{key}:", f"{pad * 4}dimension: 3{comment}"]
    text = "\n".join([*lines, f"project: x{end}"]) + "\n"
    new = add_entry(text, PATH, INDEX)
    assert new.count("#") == text.count("#")
    node, problems = read(new.encode(), "f")
    before, _ = read(text.encode(), "f")
    assert not problems and node is not None and before is not None
    expected = plain(before)
    expected["vector_buckets"]["b"]["indexes"]["new"] = INDEX  # type: ignore[index, call-overload]
    assert plain(node) == expected
    assert list(plain(node)) == ["vector_buckets", "project"]  # type: ignore[arg-type]


COMPARED: dict[str, dict[str, Plain]] = {
    "eu-west-1": {"at": "2026-11-26T03:10:12Z", "vectors": 12, "seal": "12345678e1234567"},
    "us-east-1": {"at": "2026-11-26T03:10:13Z", "vectors": 0, "seal": "0123"},
}
RETIRED = {
    "lines": """\
# top
retired:
  # why
  docs/old:
    reason: replaced by new   # because
    confirm_destroy: true     # at last

# after
regions: [a]
""",
    "one line": "retired: {docs/old: {reason: replaced by new}}  # in short\nx: 1\n",
    "an entry on one line": """\
retired:
  docs/old: {reason: x}  # in short
  docs/other: {reason: y}
# end
""",
    "not in this file": "project: x\n# end\n",
    "compared before": """\
retired:
    docs/old:
        compared:   # by retire
            eu-west-1: {vectors: 1}
            eu-north-1: {vectors: 1}

        # before the reason
        reason: x
# tail
rest: 1
""",
    "compared before, at the end": """\
retired:
  docs/old:
    compared:
      eu-west-1: {vectors: 1}

# tail
rest: 1
""",
}


@pytest.mark.parametrize("text", RETIRED.values(), ids=RETIRED)
def test_a_comparison_is_written_in_place_of_the_one_before(text: str) -> None:
    path = ("retired", "docs/old", "compared")
    new = set_entry(text, path, COMPARED)
    node, problems = read(new.encode(), "f")
    expected = YAML(typ="safe", pure=True).load(text)
    expected.setdefault("retired", {}).setdefault("docs/old", {})["compared"] = COMPARED
    assert node is not None and plain(node) == expected and not problems
    assert [
        line.strip() for line in new.splitlines() if line.strip().startswith(("eu-west-1:", "us-east-1:"))
    ] == [
        'eu-west-1: {at: "2026-11-26T03:10:12Z", vectors: 12, seal: "12345678e1234567"}',
        'us-east-1: {at: "2026-11-26T03:10:13Z", vectors: 0, seal: "0123"}',
    ]
    for comment in ("# top", "# why", "# because", "# at last", "# after", "# in short", "# end", "# tail"):
        assert new.count(comment) == text.count(comment)
    assert set_entry(new, path, COMPARED) == new


def test_tabs_before_a_comment_or_at_the_end_of_a_line_stay() -> None:
    text = "retired:\t\n  docs/old:\t# why\n    reason: x\t\n"
    edited = set_entry(text, ("retired", "docs/old", "compared"), {"eu-west-1": {"vectors": 1}})
    assert edited == text + "    compared:\n      eu-west-1: {vectors: 1}\n"
