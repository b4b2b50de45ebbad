"""Markdown for a pull request's comment, an issue, a job summary or a chat: verdict, findings, regions.

It fits into a comment or an issue of GitHub, 65,536 characters: what has no room is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from vectorform.verifier.formats.wording import effort, listed, sentence, tally, verdict
from vectorform.verifier.report import Finding, Report
from vectorform.wording import beginning

_CHARACTERS = 50_000  # of the findings; the rest is for the regions, and for what a pipeline adds
_SENTENCE = 1_500  # characters of a finding; a policy in it may have ten times as many
_REGIONS = 40

_MARKUP = re.compile(r"[&<>*_\[\]~#`]")


def render(report: Report) -> str:
    """The whole report."""
    return "\n".join([*_lines(report)]) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## {report.environment}: {verdict(report)}"
    yield ""
    yield f"Account {report.account_id}, {effort(report)}, {report.time:%Y-%m-%d %H:%M} UTC."
    if report.findings:
        yield ""
        yield "| | finding | written in | region | what to do |"
        yield "|---|---|---|---|---|"
        yield from _rows(report)
    yield ""
    yield "| region | checked | not checked | findings |"
    yield "|---|---|---|---|"
    for region in report.regions[:_REGIONS]:
        left = listed(region.unchecked) if region.unchecked else ""
        found = tally(report.of_region(region.region))
        yield f"| {region.region} | {listed(region.checked)} | {left} | {found} |"

    if more := report.regions[_REGIONS:]:
        yield f"| and {len(more)} more | | | |"


def _rows(report: Report) -> Iterator[str]:
    """A row for each finding; if they are too many, those of errors go first, and the others are counted."""
    rows = [(finding, _row(finding)) for finding in report.findings]
    room = _CHARACTERS
    if sum(len(row) + 1 for _, row in rows) > room:
        rows.sort(key=lambda each: each[0].severity != "error")
    left: list[Finding] = []
    for finding, row in rows:
        room -= len(row) + 1
        if room < 0:
            left.append(finding)
        else:
            yield row
    if left:
        yield ""
        counts = Counter(finding.kind for finding in left)
        what = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items()))
        yield f"**And {len(left):,} more ({what}):** `vectorform verify {report.environment}` lists all."


def _row(finding: Finding) -> str:
    resource = finding.resource
    kind = f"{finding.kind} (warning)" if finding.severity == "warning" else f"**{finding.kind}**"
    address = f"<br>`{_cell(resource.terraform_address)}`" if resource.terraform_address else ""
    source = f"`{_cell(str(resource.source))}`" if resource.source else ""
    told = f"{_escaped(beginning(sentence(finding), _SENTENCE))}{address}"
    return f"| {kind} | {told} | {source} | {resource.region} | {_escaped(finding.fix)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text as text: what comes from AWS must not become a link or HTML. Code spans take no escapes."""
    parts = _cell(text).split("`")
    if len(parts) % 2 == 0:  # one backtick is not closed: then none is a code span
        parts = [_cell(text)]
    parts[::2] = [_MARKUP.sub(lambda match: f"&#{ord(match[0])};", part) for part in parts[::2]]
    return "`".join(parts)
