"""Plain lines: what `cdktf deploy` and CI logs show. Short when everything matches the configuration."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.verifier.formats.wording import effort, listed, sentence, tally, verdict
from vectorform.verifier.report import Finding, Report
from vectorform.wording import printable, printable_lines


def render(report: Report) -> str:
    """The findings, then one line per region."""
    lines = [*_findings(report), *region_lines(report), *smoke_lines(report), effort(report)]
    return "\n".join(lines) + "\n"


def changes(before: Report | None, after: Report) -> str:
    """What a further look shows that the one before did not: new findings, and those that are gone."""
    known = set(map(_identity, before.findings)) if before else set()
    current = set(map(_identity, after.findings))
    lines = [f"{after.time:%H:%M:%S} UTC: {verdict(after)} ({effort(after)})"]
    for finding in after.findings:
        if _identity(finding) not in known:
            lines += finding_lines(finding)
    for finding in before.findings if before else ():
        if _identity(finding) not in current:
            lines.append(f"resolved: {sentence(finding)} [{finding.resource.region}]")
    return "\n".join(lines) + "\n"


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.resource, finding.attribute, repr(finding.actual)


def _findings(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield from finding_lines(finding)


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding: where and what, then the addresses, then what to do."""
    where = f"{finding.resource.source}: " if finding.resource.source else ""
    level = "warning: " if finding.severity == "warning" else ""
    yield f"{where}{level}{sentence(finding)} [{finding.resource.region}]"
    if finding.resource.terraform_address:
        yield f"    {printable(finding.resource.terraform_address)}"
    yield f"    {printable(finding.resource.arn)}"
    yield f"    fix: {printable_lines(finding.fix)}"


def region_lines(report: Report) -> Iterator[str]:
    """One line per region: what was checked, what was not, and the outcome."""
    for region in report.regions:
        outcome = tally(report.of_region(region.region))
        if region.unchecked:
            outcome += f"; could not check {listed(region.unchecked)}"
        yield f"{region.region}: checked {listed(region.checked)}: {outcome}"


def smoke_lines(report: Report) -> Iterator[str]:
    """One line for all that was smoke-tested: the steps in milliseconds."""
    for bucket in report.smoke:
        steps = ", ".join(f"{step} {seconds * 1000:.0f} ms" for step, seconds in bucket.steps.items())
        after = "never" if bucket.readable_after is None else f"after {bucket.readable_after * 1000:.0f} ms"
        yield f"{bucket.region}: smoke test of {bucket.bucket}: {steps}; readable {after}"
    for asked in report.retrievals:
        passages = f"{asked.results} passage{'' if asked.results == 1 else 's'}"
        found = f"retrieve {asked.seconds * 1000:.0f} ms, {passages}"
        yield f"{asked.region}: smoke test of knowledge base {asked.knowledge_base}: {found}"
