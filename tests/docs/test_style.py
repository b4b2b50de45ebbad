"""The words that the documents avoid are found in prose, over line ends, and not in code."""

from __future__ import annotations

from tools import style


def test_words_are_found_in_prose_alone() -> None:
    text = "First.\n\nIt is as the\nfile says.\n\n```text\nas the file says\n```\n\n`as the file says`\n"
    assert [(line, words) for line, words, _ in style.findings(text)] == [(3, "as the file says")]


def test_the_documents_avoid_them() -> None:
    assert style.main() == 0
