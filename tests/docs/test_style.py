"""The words that the documents avoid are found in prose, over line ends, and not in code."""

from __future__ import annotations

from tools import style


def test_words_are_found_in_prose_alone() -> None:
    text = "First.\n\nIt is as the\nfile says.\n\n```text\nas the file says\n```\n\n`as the file says`\n"
    assert [(line, words) for line, words, _ in style.findings(text)] == [(3, "as the file says")]


def test_messages_and_the_help_of_commands_are_read_and_other_docstrings_are_not() -> None:
    source = """\
import typer

def command() -> None:
    '''Help of a command.'''
    raise UserError(f"a message of {what}")

def _inner() -> None:
    '''Nobody prints this.'''
"""
    assert [text for _, text in style.messages(source)] == ["Help of a command.", "a message of "]


def test_every_kind_of_text_is_read() -> None:
    kinds = {path.suffix for path, _, _ in style.texts()}
    assert kinds == {".md", ".py", ".yaml", ".json"}


def test_documents_messages_and_help_avoid_them() -> None:
    assert style.main() == 0
