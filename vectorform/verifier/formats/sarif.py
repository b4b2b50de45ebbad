"""SARIF, for code scanning: each finding at its line of the YAML, known again in the next run."""

from __future__ import annotations

from typing import get_args

from vectorform import sarif
from vectorform.verifier.formats.wording import kind_words, sentence
from vectorform.verifier.report import Finding, Kind, Report
from vectorform.wording import beginning, printable, printable_lines

_SENTENCE = 2_000  # characters; a policy in it may have ten times as many


def render(report: Report) -> str:
    """The report as one run of a SARIF log."""
    rules = [sarif.Rule(_rule(kind), kind_words(kind).description) for kind in get_args(Kind)]
    results = [_result(finding, report.environment) for finding in report.findings]
    complete = report.exit_code != 2
    return sarif.log(f"verify/{report.environment}", rules, results, complete)


def _rule(kind: Kind) -> str:
    return f"verify/{kind}"


def _result(finding: Finding, environment: str) -> sarif.Result:
    resource, source = finding.resource, finding.resource.source
    text = beginning(sentence(finding), _SENTENCE)
    names = [name for name in (resource.terraform_address, resource.arn) if name]
    return sarif.Result(
        rule=_rule(finding.kind),
        level=finding.severity,
        message=f"{text} [{resource.region}]\nfix: {printable_lines(finding.fix)}",
        file=source.file if source else f"config/{environment}.yaml",
        line=source.line if source else 0,
        column=source.column if source else 0,
        identity=(resource.type, resource.arn, finding.attribute or ""),
        names=[printable(name) for name in names],
    )
