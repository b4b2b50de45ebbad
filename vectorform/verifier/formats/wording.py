"""The words in which every format tells a finding or a count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from vectorform.desired import kinds
from vectorform.verifier.report import Finding, Report, Resource
from vectorform.wording import printable


def sentence(finding: Finding) -> str:
    """One finding in one line, without where it was written and without its fix; safe for a terminal.

    What AWS returns may hold anything, line ends and escape sequences among it.
    """
    return printable(_sentence(finding))


def _sentence(finding: Finding) -> str:
    subject, attribute = str(finding.resource), finding.attribute
    match finding.kind:
        case "missing":
            return f"{subject} is missing in AWS"
        case "unmanaged":
            what = f"{attribute} of {finding.resource.key}" if attribute else subject
            return f"{what} is in AWS and not in the file"
        case "unreadable" if attribute in ("account_id", "partition"):
            return f"the credentials are of {attribute} {finding.actual}, the file says {finding.expected}"
        case "unreadable":
            what = f"{attribute} of {subject}" if attribute else subject
            return f"could not look at {what}: {finding.actual}"
        case _ if is_key_policy(finding):
            return f"{subject}: its policy {value(finding.actual)}; what it needs: {value(finding.expected)}"
        case _:
            expected, actual = value(finding.expected), value(finding.actual)
            return f"{subject}: {attribute} is {actual} in AWS, {expected} in the file"


def is_key_policy(finding: Finding) -> bool:
    """Whether it is about the policy of a brought key, which is not ours: only what it lets be done."""
    resource = finding.resource
    brought = resource.type == kinds.KMS_KEY.noun and resource.terraform_address is None
    return brought and finding.attribute == "policy"


def value(shown: Any) -> str:
    """A JSON value in one line; None is what is not there."""
    if shown is None:
        return "absent"
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, sort_keys=True)


def listed(resources: Iterable[Resource]) -> str:
    """`1 vector bucket, 3 indexes`: how many of each type."""
    counts = Counter(resource.type for resource in resources)
    return ", ".join(counted(number, noun) for noun, number in counts.items()) or "nothing"


def counted(number: int, noun: str) -> str:
    """`1 index`, `2 indexes`."""
    return f"{number:,} {noun if number == 1 else kinds.plural(noun)}"


def effort(report: Report) -> str:
    """`9 calls to AWS in 0.3 s`."""
    calls = sum(report.calls.values())
    return f"{calls:,} {'call' if calls == 1 else 'calls'} to AWS in {report.seconds:.1f} s"


def verdict(report: Report) -> str:
    """The outcome in a few words."""
    kinds = Counter(finding.kind for finding in report.findings if finding.severity == "error")
    if report.exit_code == 0:
        warnings = len(report.findings)
        return f"as the file says ({counted(warnings, 'warning')})" if warnings else "as the file says"
    return ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
