"""GitHub Actions annotations: findings appear at their line of the YAML in a pull request or a run."""

from __future__ import annotations

from vectorform.annotations import annotation
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
    message = f"{sentence(finding)}\n{resource.terraform_address or resource.arn}\nfix: {finding.fix}"
    return annotation(finding.severity, message, properties)
