"""YAML text to a tree: any bytes in, positions that are right, no way to exhaust the machine."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.language.nodes import Node, find, path_text, plain
from vectorform.language.yaml_reader import read
from vectorform.language.yaml_text import MAX_BYTES


def complaints(data: bytes) -> list[str]:
    node, problems = read(data, "f")
    assert node is not None or problems
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfa: 1", "f:1:1: starts with a byte-order mark; save it as UTF-8 without"),
        ("a: 1".encode("utf-16"), "f:1:1: is not UTF-8; it looks like UTF-16 or UTF-32"),
        ("a: 1".encode("utf-16-be"), "f:1:1: is not UTF-8; it looks like UTF-16 or UTF-32"),
        (b"a: 1\nb: caf\xe9\n", "f:2:7: byte 0xe9 is not UTF-8"),
        (b"a: 1\nb: \x07\n", "f:2:4: the invisible character U+0007"),
        ("a: x\u2028b: y".encode(), "f:1:5: the invisible character U+2028"),
        (b"a: x\x00", "f:1:5: the invisible character U+0000"),
        (b"#" * (MAX_BYTES + 1), "f: is larger than 16 MiB"),
        (b"[" * 100_000, "f: nests deeper than 32 levels in line 1"),
        (b"- " * 100_000, "f: nests deeper than 32 levels in line 1"),
        (b"{a: " * 100_000, "f: nests deeper than 32 levels in line 1"),
        (b"a: &a b: 1", "mapping values are not allowed"),
        (b"a: %b", "a text cannot start with %"),
        (b"%YAML 3.0\n---\na: 1", "cannot be read as YAML"),
        (b"a: 1\n...\nb: 2", "f:3:1: "),
    ],
)
def test_refused(data: bytes, expected: str) -> None:
    assert any(expected in complaint for complaint in complaints(data)), complaints(data)


def bomb() -> bytes:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1]"]
    for letter, before in zip("bcdefghijk", "abcdefghij", strict=True):
        lines.append(f"{letter}: &{letter} [{', '.join([f'*{before}'] * 8)}]")
    return "\n".join(lines).encode()


def test_anchors_cannot_blow_up() -> None:
    started = time.process_time()
    assert "anchors expand to more than 2,000,000 values" in complaints(bomb())[0]
    assert time.process_time() - started < 1


def test_aliases_share_values_but_not_key_positions() -> None:
    node, problems = read(b"a: &x {k: 1}\nbb: *x\n", "f")
    assert node is not None and not problems
    assert plain(node) == {"a": {"k": 1}, "bb": {"k": 1}}
    assert (node.mapping["a"].key_position, node.mapping["bb"].key_position) == ((1, 1), (2, 1))


def test_positions() -> None:
    text = 'one: 1\n"ключ": [a, {b: c}]\nblock:\n  - x\n  -   y: z\n'
    node, _ = read(text.encode(), "f")
    assert node is not None

    def at(*path: str | int) -> tuple[int, int, int, int]:
        found = find(node, path)
        return (*found.key_position, found.line, found.column)

    assert at("one") == (1, 1, 1, 6)
    assert at("ключ") == (2, 1, 2, 9)
    assert at("ключ", 1, "b") == (2, 14, 2, 17)
    assert at("block") == (3, 1, 4, 3)
    assert at("block", 1, "y") == (5, 7, 5, 10)


def test_the_first_of_two_equal_keys_counts_and_the_rest_is_still_read() -> None:
    node, problems = read(b"a: 1\na: {b: 2, b: 3}\nc: no\n", "f")
    assert [problem.path for problem in problems] == ["a", "a.b", "c"]
    assert node is not None
    assert node.mapping["a"].value == 1
    assert node.mapping["c"].broken


# What YAML, or the way to UTF-8 and back, could stumble on.
KEYS = st.text("ab1 :#-'\"{}[]\\,&*!|>%@`~?=<\t\nn/.eé\u00a0\u0416\u6f22\U0001d11e", max_size=8)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), KEYS)
VALUES = st.recursive(
    SCALARS, lambda c: st.one_of(st.lists(c, max_size=4), st.dictionaries(KEYS, c, max_size=4)), max_leaves=20
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_json_is_read_as_what_it_says(value: dict[str, object]) -> None:
    node, problems = read(json.dumps(value, ensure_ascii=False).encode(), "f")
    assert not problems
    assert node is not None and plain(node) == value
    assert_positions_inside(node, 1)


def assert_positions_inside(node: Node, lines: int) -> None:
    assert 1 <= node.line <= lines
    for child in (*node.mapping.values(), *node.items):
        assert_positions_inside(child, lines)


def test_path_text() -> None:
    assert (
        path_text(("vector_buckets", "a.b", "indexes", 3, 'c"d')) == 'vector_buckets."a.b".indexes[3]."c"d"'
    )
    assert path_text(("a\nb\x1b[31m",)) == '"a\\u000ab\\u001b[31m"'
