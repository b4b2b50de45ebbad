"""Every format against its golden file, and what its readers (XML, JSON, Markdown, HTML) make of it."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from tests.verifier import samples
from vectorform.verifier.formats import html, junit, markdown, terminal, text
from vectorform.verifier.formats import json as json_format

CASES = Path(__file__).parents[1] / "cases" / "verifier" / "formats"
REGENERATE = "VECTORFORM_REGENERATE=1 .venv/bin/python -m pytest tests/verifier/test_formats.py"
SUFFIXES = {"text": "txt", "json": "json", "junit": "xml", "markdown": "md", "github": "txt"}


@pytest.mark.parametrize("format", SUFFIXES)
@pytest.mark.parametrize("case", ["fine", "findings"])
def test_golden(format: str, case: str) -> None:
    rendered = import_module(f"vectorform.verifier.formats.{format}").render(
        samples.report(fine=case == "fine", smoke=case == "findings")
    )
    golden = CASES / f"{case}-{format}.{SUFFIXES[format]}"
    if os.environ.get("VECTORFORM_REGENERATE"):
        golden.write_text(rendered, encoding="utf-8")
    assert rendered == golden.read_text(encoding="utf-8"), f"if this is meant: {REGENERATE}"


def test_the_exit_code_says_could_not_look_before_different_before_fine() -> None:
    assert samples.report(fine=True).exit_code == 0
    assert samples.report().exit_code == 2


def test_json_keeps_values_as_values() -> None:
    first = json.loads(json_format.render(samples.report()))["findings"][0]
    assert (first["expected"], first["actual"], first["source"]) == (8, 16, "config/dev.yaml:9")


def test_junit_counts_what_it_holds() -> None:
    suites = ElementTree.fromstring(junit.render(samples.report()))
    home = suites[0]
    assert (home.get("failures"), home.get("errors"), home.get("skipped")) == ("2", "1", "0")
    assert home.get("tests") == str(len(home.findall("testcase")))


def test_markdown_rows_stay_one_row_and_tags_stay_text() -> None:
    rendered = markdown.render(samples.report())
    rows = [line for line in rendered.splitlines() if "different" in line]
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows[1:])
    assert "<b>" not in rendered


def test_watch_tells_only_what_changed() -> None:
    before, after = samples.report(), samples.report(fine=True)
    assert text.changes(before, before).count("\n") == 1
    assert text.changes(None, before).count("fix: ") == len(before.findings)
    assert text.changes(before, after).count("no longer: ") == len(before.findings)


class _Page(HTMLParser):
    """Checks that tags nest and notes everything that would load something."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("script", "link", "img", "iframe") or {"src", "href"} & dict(attrs).keys():
            self.loads.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_well_formed_self_contained_and_escaped() -> None:
    rendered = html.render(samples.report(smoke=True))
    page = _Page()
    page.feed(rendered)
    assert page.open == [] and page.loads == []
    assert "url(" not in rendered and "@import" not in rendered
    assert "100% <b>R&D</b> | @ops" in page.text
    assert "sample-archive" in page.text and "never" in page.text


RAW = "\x1b[31mred\r\n::error::forged\x00\u2028"


@pytest.mark.parametrize("format", SUFFIXES)
def test_what_aws_returns_reaches_no_terminal_raw(format: str) -> None:
    """Escape sequences, line ends and a workflow command, in a tag and in an error."""
    whole = samples.report()
    findings = tuple(replace(finding, actual=RAW) for finding in whole.findings)
    rendered = import_module(f"vectorform.verifier.formats.{format}").render(
        replace(whole, findings=findings)
    )
    raw = {"\x1b", "\x00", "\r", "\u2028"} - ({"\u2028"} if format == "json" else set())  # text within JSON
    assert not raw & set(rendered)
    assert not [line for line in rendered.splitlines() if line.startswith("::error::forged")]
    if format == "junit":
        ElementTree.fromstring(rendered)


def test_a_terminal_gets_it_escaped_and_no_markup() -> None:
    whole = samples.report()
    findings = tuple(replace(finding, actual=f"[/red]{RAW}") for finding in whole.findings)
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=200)
    terminal.show(replace(whole, findings=findings), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[31m" not in shown and "\x00" not in shown and "[/red]" in shown
