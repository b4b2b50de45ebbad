"""docs/reference/commands.md from the command line itself: `make reference` writes it, a test compares it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from vectorform.cli.app import app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "commands.md"

_OPENING = """\
# Commands

<!-- `make reference` writes this page from the command line. -->

`vectorform COMMAND --help` prints the same. Data goes to stdout, messages to stderr. `VECTORFORM_DEBUG=1` in
the environment stands for `--debug`. [Exit codes](exit-codes.md) mean the same everywhere.
"""


def command_tree() -> Iterator[tuple[str, Any]]:
    """Every command (of Click) with its whole name, groups before their members, in the order of `--help`."""
    waiting: list[tuple[str, Any]] = [("vectorform", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop(0)
        yield name, command
        children = getattr(command, "commands", {})
        waiting[:0] = [(f"{name} {child}", children[child]) for child in children]


def page() -> str:
    """The page."""
    return "\n".join(
        [_OPENING, *(line for name, command in command_tree() for line in _section(name, command))]
    )


def _section(name: str, command: Any) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## `{name}`\n"
    yield inspect.cleandoc(command.help or "") + "\n"
    yield f"```text\n{name} {usage}\n```\n"
    rows = [
        record for parameter in command.get_params(context) if (record := parameter.get_help_record(context))
    ]
    rows = [(term, text) for term, text in rows if "--help" not in term]
    if rows:
        yield "| argument or option | meaning |"
        yield "|---|---|"
        yield from (f"| `{_cell(term)}` | {_cell(text)} |" for term, text in rows)
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
