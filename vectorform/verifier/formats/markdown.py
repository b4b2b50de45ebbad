"""Markdown for a pull request's comment, a job summary or a chat: verdict, findings, regions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.verifier.formats.wording import effort, listed, sentence, tally, verdict
from vectorform.verifier.report import Finding, Report

_MARKUP = re.compile(r"[&<>*_\[\]~#]")


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
        yield from map(_row, report.findings)
    yield ""
    yield "| region | checked | not checked | findings |"
    yield "|---|---|---|---|"
    for region in report.regions:
        left = listed(region.unchecked) if region.unchecked else ""
        found = tally(report.of_region(region.region))
        yield f"| {region.region} | {listed(region.checked)} | {left} | {found} |"


def _row(finding: Finding) -> str:
    resource = finding.resource
    kind = f"{finding.kind} (warning)" if finding.severity == "warning" else f"**{finding.kind}**"
    address = f"<br>`{_cell(resource.terraform_address)}`" if resource.terraform_address else ""
    source = f"`{_cell(str(resource.source))}`" if resource.source else ""
    told = f"{_escaped(sentence(finding))}{address}"
    return f"| {kind} | {told} | {source} | {resource.region} | {_escaped(finding.fix)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text as text: what comes from AWS must not become a link or HTML. Code spans take no escapes."""
    parts = _cell(text).split("`")
    parts[::2] = [_MARKUP.sub(lambda match: f"&#{ord(match[0])};", part) for part in parts[::2]]
    return "`".join(parts)
