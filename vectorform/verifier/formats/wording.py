"""The words in which every format tells a finding or a count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from vectorform.desired import kinds
from vectorform.verifier.report import Finding, Kind, Report, Resource
from vectorform.wording import printable

AS_WRITTEN = "matches the configuration"


@dataclass(frozen=True, slots=True)
class KindWords:
    """The wording of a kind of finding.

    `description` is a sentence without a name in it, `mark` a few words in a picture, `tone` a class of
    `page.css`, `colour` one of a terminal. Of several findings on one resource that with the highest `weight`
    is shown.
    """

    description: str
    mark: str
    tone: Literal["missing", "different", "unmanaged", "unreadable"]
    colour: Literal["red", "yellow", "magenta"]
    weight: int


def kind_words(kind: Kind) -> KindWords:
    """The wording of a kind of finding in every format; a kind without one is a type error here."""
    match kind:
        case "missing":
            return KindWords(
                "It is in the configuration, but not in AWS.", "missing from AWS", "missing", "red", 3
            )
        case "different":
            return KindWords(
                "AWS and the configuration have different values.", "different in AWS", "different", "red", 2
            )
        case "unmanaged":
            text = "It is in AWS, but not in the configuration."
            return KindWords(text, "in AWS only", "unmanaged", "yellow", 1)
        case "unreadable":
            text = "It could not be read, so its state in AWS is unknown."
            return KindWords(text, "could not be read", "unreadable", "magenta", 4)
        case _:
            assert_never(kind)


def sentence(finding: Finding) -> str:
    """One finding in one line, without where it was written and without its fix; safe for a terminal.

    What AWS returns may hold anything, line ends and escape sequences among it.
    """
    return printable(_sentence(finding))


def _sentence(finding: Finding) -> str:
    subject, attribute = str(finding.resource), finding.attribute
    match finding.kind:
        case "missing":
            return f"{subject} is missing from AWS"
        case "unmanaged":
            what = f"{attribute} of {finding.resource.key}" if attribute else subject
            return f"{what} is in AWS, but not in the configuration"
        case "unreadable" if attribute in ("account_id", "partition"):
            kind = "account" if attribute == "account_id" else attribute
            return f"the credentials belong to {kind} {finding.actual}, not to {finding.expected}"
        case "unreadable":
            what = f"{attribute} of {subject}" if attribute else subject
            return f"could not read {what}: {finding.actual}"
        case "different" if is_key_policy(finding):
            return f"{subject}: its policy {value(finding.actual)}; it needs: {value(finding.expected)}"
        case "different":
            expected, actual = value(finding.expected), value(finding.actual)
            return f"{subject}: {attribute} is {actual} in AWS, {expected} in the configuration"
        case _:
            assert_never(finding.kind)


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
    what = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
    return f"{what or AS_WRITTEN}{_with_warnings(report.findings)}"


def tally(findings: Collection[Finding]) -> str:
    """How many findings there are, and how many of them are warnings.

    `3 findings`, `3 findings (1 warning)`, `matches the configuration (2 warnings)`.
    """
    errors = any(finding.severity == "error" for finding in findings)
    what = counted(len(findings), "finding") if errors else AS_WRITTEN
    return f"{what}{_with_warnings(findings)}"


def _with_warnings(findings: Iterable[Finding]) -> str:
    warnings = sum(finding.severity == "warning" for finding in findings)
    return f" ({counted(warnings, 'warning')})" if warnings else ""
