"""GitHub Actions annotations: findings appear at their line of the YAML in a pull request or a run.

Syntax and escapes: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from vectorform.verifier.formats import text
from vectorform.verifier.formats.wording import sentence
from vectorform.verifier.report import Finding, Report


def render(report: Report) -> str:
    """One workflow command per finding, then a line per region."""
    lines = [_annotation(finding) for finding in report.findings]
    return "\n".join([*lines, *text.region_lines(report)]) + "\n"


def _annotation(finding: Finding) -> str:
    resource = finding.resource
    properties = {"title": f"{finding.kind}: {resource} ({resource.region})"}
    if resource.source:
        properties = {"file": resource.source.file, "line": str(resource.source.line), **properties}
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{sentence(finding)}\n{resource.terraform_address or resource.arn}\nfix: {finding.fix}"
    return f"::{finding.severity} {shown}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
