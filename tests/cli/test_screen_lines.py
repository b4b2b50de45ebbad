"""What fits a terminal: messages wrapped at words, nothing to be copied cut, carets in the right cells."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.cli.terminal import run_on_a_terminal
from tests.language.projects import SOUND, project
from vectorform.cli.screen_lines import excerpt, wrapped

TEXTS = st.text(st.sampled_from("ab日本é́\u0301\tज़्क:{}[]\"' "), min_size=1, max_size=200)


@given(TEXTS, st.integers(0, 300), st.integers(20, 120))
def test_the_caret_stands_below_its_column(line: str, position: int, width: int) -> None:
    column = min(position, len(line) - 1) + 1
    shown, caret = excerpt(line, column, width)
    assert cell_len(shown) <= width and "\t" not in shown
    pointed = line[column - 1].replace("\t", " ")
    cells = 0
    for number, character in enumerate(shown):
        if cells == caret and shown[number:].startswith(pointed):
            return
        cells += cell_len(character)
    # Of what has no cell, the cell of the letter that it is on.
    assert unicodedata.category(pointed) in ("Mn", "Cf") or cells == caret


def test_the_end_of_a_long_line_has_the_whole_width() -> None:
    shown, caret = excerpt("key: " * 40 + "[last]", 206, 60)
    assert (len(shown), shown[:3], shown[caret]) == (57, "...", "]")


@example("vectorform; " * 20 + "vectorform new; `a b` c`", 30)
@given(st.lists(st.text("abc`日 ", max_size=30), max_size=20).map(" ".join), st.integers(20, 100))
def test_words_are_moved_and_never_cut(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    for line in lines:
        assert cell_len(line.rstrip()) <= columns or "`" in line or " " not in line.strip()


@pytest.mark.parametrize(
    "whole",
    [
        "`new index dev documents pages --dimension 1024`",
        "vectorform new index dev 'tenants-{n}' pages",
        "vector_buckets.documents.indexes.pages-of-the-handbook.dimension:",
    ],
)
def test_what_is_copied_stays_on_a_line(whole: str) -> None:
    lines = wrapped(f"config/dev.yaml:1:1: error: some words before it, and then {whole}", 70)
    assert [line for line in lines if whole in line] and len(lines) == 2 and lines[1].startswith("  ")


def test_validate_at_sixty_columns(tmp_path: Path) -> None:
    text = SOUND.replace("3072", "5000").replace("[text]", '["日本語日本語日本語日本語日本語日本語", 7]')
    lines = run_on_a_terminal(project(tmp_path, dev=text), "validate", COLUMNS="60").splitlines()
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert plain[0] == "config/dev.yaml:8:20: error:"
    assert plain[1].startswith("  vector_buckets.main.indexes.episodes.dimension: `5000` is")
    assert all(cell_len(line) <= 60 or " " not in line.strip() for line in plain)  # a path stays whole
    carets = [number for number, line in enumerate(plain) if line.endswith(" ^")]
    pointed = []
    for number in carets:
        before = plain[number].index("^")
        line = plain[number - 1]
        at = next(end for end in range(len(line) + 1) if cell_len(line[:end]) == before)
        pointed.append(line[at])
    assert pointed == ["5", "7"]


def test_an_error_on_stderr_is_wrapped_as_well(tmp_path: Path) -> None:
    text = SOUND.replace("3072", "5000")
    shown = run_on_a_terminal(project(tmp_path, dev=text), "explain", "dev", errors=True, COLUMNS="60")
    assert shown.startswith(
        "config/dev.yaml:8:20:\n  vector_buckets.main.indexes.episodes.dimension: `5000` is\n"
    )


def test_the_page_of_a_rule_is_wrapped_and_its_example_is_not(tmp_path: Path) -> None:
    shown = run_on_a_terminal(tmp_path, "rules", "VF424", COLUMNS="60")
    wide = [line for line in shown.splitlines() if len(line) > 60]
    assert wide == [
        "      pages: {dimension: 1024, distance_metric: cosine, non_filterable_metadata_keys: []}"
    ]
