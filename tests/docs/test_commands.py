"""Every command and option is in docs/reference/commands.md, and no document names another one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES
from tests.paths import ROOT
from tools import commands, json_reference

NAMED = re.compile(r"(?<![\w./-])vectorform ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)((?: [^`|&;#\n]*)?)")
OPTIONS = {
    name: {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
    | {"--help", "-h"}
    for name, command in commands.command_tree()
}


def test_the_reference_of_json_is_current() -> None:
    assert json_reference.PAGE.read_text(encoding="utf-8") == json_reference.page(), "make reference"


def test_the_reference_is_current() -> None:
    assert commands.PAGE.read_text(encoding="utf-8") == commands.page(), "make reference"


def test_exit_codes_of_the_help_and_of_the_table_agree() -> None:
    text = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    cells = r" \| ([^|]+)" * 3
    table = {
        name: {str(code) for code, meaning in enumerate(meanings) if meaning.strip() != "–"}
        for name, *meanings in re.findall(rf"^\| `([a-z -]+)`{cells} \|$", text, re.MULTILINE)
    }
    helps = {
        name.removeprefix("vectorform "): command.help or "" for name, command in commands.command_tree()
    }
    named = {
        name: set(re.findall(r"(?:Exit |; )([012])(?= |:)", text[text.index("Exit 0") :])) | {"0"}
        for name, text in helps.items()
        if "Exit 0" in text
    }
    assert table.keys() == named.keys()
    assert {name: table[name] for name in named} == named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documents_name_commands_and_options_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = "\n".join(
        [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^\s*(?:\$ )?(vectorform .*)$", text, re.MULTILINE)]
    )
    for words, rest in NAMED.findall(code):
        first, *second = words.split(" ")
        name = f"vectorform {words}" if f"vectorform {words}" in OPTIONS else f"vectorform {first}"
        if name not in OPTIONS and f"`vectorform {words}" not in text:
            continue  # a sentence that begins a line
        assert name in OPTIONS, f"`vectorform {words}`"
        used = set(re.findall(r"(?<!\S)(--[a-z][a-z-]*)", " ".join(second) + rest))
        assert used <= OPTIONS[name], f"{name}: {used - OPTIONS[name]}"
