"""What a person at a terminal sees."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.verifier import samples
from vectorform.verifier.formats import terminal


@pytest.mark.parametrize("width", [60, 140])
def test_nothing_is_cut_off_and_tags_are_not_taken_for_markup(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    terminal.show(samples.report(smoke=True), console)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    packed = "".join(shown.split())
    assert 'aws_s3vectors_index.indexes_knowledge["knowledge/index-0"]' in packed
    assert "100%<b>R&D</b>|@ops" in packed
    assert max(map(len, shown.splitlines())) <= width


def test_the_bar_moves_to_its_end() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with terminal.progress(console) as moved:
        moved("us-east-1", 1, 2)
        moved("us-east-1", 2, 2)
    assert isinstance(console.file, io.StringIO)
    assert "2/2" in console.file.getvalue()
