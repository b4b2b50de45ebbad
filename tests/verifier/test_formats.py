"""Every format against its golden file, and what its readers (XML, JSON, Markdown, HTML) make of it."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest
from rich.console import Console

from tests.verifier import samples
from vectorform import sarif
from vectorform.desired.model import Source
from vectorform.verifier import formats
from vectorform.verifier.formats import Format, html, junit, markdown, terminal, text
from vectorform.verifier.formats import json as json_format
from vectorform.verifier.report import Kind, Severity

CASES = Path(__file__).parents[1] / "cases" / "verifier" / "formats"
REGENERATE = "VECTORFORM_REGENERATE=1 .venv/bin/python -m pytest tests/verifier/test_formats.py"
SUFFIXES = {
    Format.text: "txt",
    Format.json: "json",
    Format.junit: "xml",
    Format.markdown: "md",
    Format.github: "txt",
    Format.sarif: "sarif",
}


@pytest.mark.parametrize("format", SUFFIXES)
@pytest.mark.parametrize("case", ["fine", "findings"])
def test_golden(format: Format, case: str) -> None:
    rendered = format.render(samples.report(fine=case == "fine", smoke=case == "findings"))
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


def test_every_format_is_registered() -> None:
    folder = Path(formats.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "terminal", "wording"}
    assert modules == {format.value for format in Format}


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("severity", get_args(Severity))
def test_every_kind_of_finding_in_every_format(format: Format, kind: Kind, severity: Severity) -> None:
    whole = samples.report()
    finding = replace(whole.findings[0], kind=kind, severity=severity)
    assert "knowledge/index-0" in format.render(replace(whole, findings=(finding,)))


@pytest.mark.parametrize("format", [Format.text, Format.markdown, Format.html])
def test_findings_are_counted_in_one_way(format: Format) -> None:
    whole = samples.report()
    warnings = tuple(replace(finding, severity="warning") for finding in whole.findings[:2])
    some = replace(whole, findings=(*warnings, whole.findings[2]))
    assert "3 findings (2 warnings)" in format.render(some)
    assert "matches the configuration (2 warnings)" in format.render(replace(whole, findings=warnings))


def test_sarif_is_what_code_scanning_wants() -> None:
    whole = samples.report()
    (run,) = json.loads(Format.sarif.render(whole))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, finding in zip(run["results"], whole.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == f"verify/{finding.kind}"
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "config/dev.yaml"
        assert location["physicalLocation"]["region"]["startLine"] == finding.resource.source.line  # type: ignore[union-attr]
    fingerprints = {result["partialFingerprints"]["vectorform/v1"] for result in run["results"]}
    assert len(fingerprints) == len(whole.findings)
    assert run["invocations"] == [{"executionSuccessful": False}]


def test_sarif_knows_a_finding_again_when_its_line_and_value_have_changed() -> None:
    whole = samples.report()
    moved = replace(whole.findings[0].resource, source=Source("config/dev.yaml", 99, 1))
    later = replace(whole, findings=(replace(whole.findings[0], resource=moved, actual=32),))
    first, second = (
        json.loads(Format.sarif.render(report))["runs"][0]["results"][0] for report in (whole, later)
    )
    assert first["message"] != second["message"]
    assert first["partialFingerprints"] == second["partialFingerprints"]


def test_what_aws_returns_is_no_link_in_sarif() -> None:
    whole = samples.report()
    finding = replace(whole.findings[0], actual="[see](https://example.com)")
    assert "](" not in Format.sarif.render(replace(whole, findings=(finding,)))


def test_a_backtick_of_aws_opens_nothing_in_markdown() -> None:
    whole = samples.report()
    finding = replace(whole.findings[0], actual="`<img src=x> [a](b)", fix="`run` this")
    text = markdown.render(replace(whole, findings=(finding,)))
    assert (
        "<img" not in text
        and "](" not in text
        and "&#96;&#60;img src=x&#62;" in text
        and "`run` this" in text
    )


def test_markdown_of_many_findings_fits_into_an_issue() -> None:
    whole = samples.report()
    error = replace(whole.findings[0], actual="[x|`" * 10_000)
    mild = replace(whole.findings[0], severity="warning")
    text = markdown.render(replace(whole, findings=(*(mild,) * 2_000, error), regions=whole.regions * 50))
    assert len(text) < 62_000 and text.count("| **") == 1 and "..." in text
    shown = [line for line in text.splitlines() if line.startswith(("| **", f"| {mild.kind} (warning)"))]
    assert f"**And {2_001 - len(shown):,} more (" in text
    assert f"`vectorform verify {whole.environment}` lists all." in text
    assert all(line.count(" | ") == 4 for line in shown)


def test_sarif_of_many_findings_has_the_severe_ones_first_and_counts_what_has_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 50)
    whole = samples.report()
    error = replace(whole.findings[0], actual="x" * 30_000)
    mild = replace(whole.findings[0], severity="warning", resource=replace(error.resource, source=None))
    run = json.loads(Format.sarif.render(replace(whole, findings=(mild,) * 150 + (error,))))["runs"][0]
    levels = [result["level"] for result in run["results"]]
    assert (len(levels), levels[0], set(levels[1:])) == (50, "error", {"warning"})
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("101 more results are not in this log (101 of level w")
    first = run["results"][0]["message"]["text"]
    assert len(first) < 3_000 and "... [" in first and "\nfix: " in first
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "config/dev.yaml"}}


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
    assert text.changes(before, after).count("resolved: ") == len(before.findings)


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
        elsewhere = not (dict(attrs).get("href") or "").startswith("#")
        if tag in ("script", "link", "img", "iframe") or ({"src", "href"} & dict(attrs).keys() and elsewhere):
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
def test_what_aws_returns_reaches_no_terminal_raw(format: Format) -> None:
    """Escape sequences, line ends and a workflow command, in a tag and in an error."""
    whole = samples.report()
    findings = tuple(replace(finding, actual=RAW) for finding in whole.findings)
    rendered = format.render(replace(whole, findings=findings))
    raw = {"\x1b", "\x00", "\r", "\u2028"} - ({"\u2028"} if format is Format.json else set())
    assert not raw & set(rendered)
    assert not [line for line in rendered.splitlines() if line.startswith("::error::forged")]
    if format is Format.junit:
        ElementTree.fromstring(rendered)


def test_a_terminal_gets_it_escaped_and_no_markup() -> None:
    whole = samples.report()
    findings = tuple(replace(finding, actual=f"[/red]{RAW}") for finding in whole.findings)
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=200)
    terminal.show(replace(whole, findings=findings), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[31m" not in shown and "\x00" not in shown and "[/red]" in shown
