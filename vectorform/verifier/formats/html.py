"""One self-contained page for people who do not use a terminal: verdict, findings, then a picture.

What it says is gathered here; how it looks is `vectorform/pages/templates/verification.html`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from vectorform.verifier.formats.wording import (
    AS_WRITTEN,
    counted,
    effort,
    kind_words,
    listed,
    sentence,
    tally,
    value,
    verdict,
)
from vectorform.verifier.report import Finding, Kind, RegionReport, Report, Resource

# More indexes than this in one bucket become small squares instead of labels.
LABELLED = 60
# More findings than this are folded, so that the picture below them can be reached.
OPEN_FINDINGS = 20
_KINDS: tuple[Kind, ...] = get_args(Kind)
# What a resource is shown as: the class of page.css, and what that means.
_MEANINGS: dict[str, str] = {
    "ok": AS_WRITTEN,
    **{kind_words(kind).tone: kind_words(kind).mark for kind in _KINDS},
    "unchecked": "not checked",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding on the page. `facts` are its properties by their labels."""

    level: str
    kind: str
    headline: str
    region: str
    facts: Mapping[str, str]
    fix: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A resource: its status is a class of the style sheet."""

    name: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A vector bucket and its indexes; `many` of them are squares."""

    title: str
    status: str
    note: str
    indexes: Sequence[Mark]
    many: bool


@dataclass(frozen=True, slots=True)
class Region:
    """What was found in one region."""

    name: str
    checked: str
    buckets: Sequence[Bucket]
    others: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page says; of the findings, `open` are not folded."""

    report: Report
    verdict: str
    tone: str
    time: str
    effort: str
    tally: str
    figures: Mapping[str, str]
    findings: Sequence[Told]
    regions: Sequence[Region]
    meanings: Mapping[str, str]
    open: int = OPEN_FINDINGS


def render(report: Report) -> str:
    """The page as one HTML document."""
    from vectorform.pages.render import render as rendered

    return rendered("verification.html", page=_page(report))


def _page(report: Report) -> Page:
    statuses = _statuses(report)
    return Page(
        report,
        verdict(report),
        {0: "ok", 1: "different", 2: "unreadable"}[report.exit_code],
        f"{report.time:%d %B %Y, %H:%M} UTC",
        effort(report),
        tally(report.findings),
        _figures(report),
        [_told(finding) for finding in report.findings],
        [_region(region, report.of_region(region.region), statuses) for region in report.regions],
        _MEANINGS,
    )


def _figures(report: Report) -> dict[str, str]:
    everything = [resource for region in report.regions for resource in region.resources]
    figures = {
        "Regions": len(report.regions),
        "Vector buckets": sum(resource.type == "vector bucket" for resource in everything),
        "Indexes": sum(resource.type == "index" for resource in everything),
        "Findings": len(report.findings),
    }
    return {name: f"{number:,}" for name, number in figures.items()}


def _told(finding: Finding) -> Told:
    resource = finding.resource
    differs = finding.kind == "different"
    facts = {
        "written in": str(resource.source) if resource.source else "",
        "in the file": value(finding.expected) if differs else "",
        "in AWS": value(finding.actual) if differs else "",
        "Terraform": resource.terraform_address or "",
        "ARN": resource.arn,
    }
    level = "warning" if finding.severity == "warning" else kind_words(finding.kind).tone
    headline = f"{resource}: {finding.attribute}" if differs else sentence(finding)
    return Told(level, finding.kind, headline, resource.region, facts, finding.fix)


def _statuses(report: Report) -> Mapping[Resource, str]:
    statuses: dict[Resource, str] = {}
    missing: set[tuple[str, str]] = set()
    for resource, findings in report.of_resources().items():
        kinds = {finding.kind for finding in findings}
        statuses[resource] = max(map(kind_words, kinds), key=lambda kind: kind.weight).tone
        if resource.type == "vector bucket" and "missing" in kinds:
            missing.add((resource.region, resource.key))
    for region in report.regions:
        for resource in region.checked:
            gone = (resource.region, resource.key.partition("/")[0]) in missing
            statuses.setdefault(resource, "missing" if gone and not resource.type.startswith("IAM") else "ok")
        for resource in region.unchecked:
            statuses.setdefault(resource, "unchecked")
    return statuses


def _region(region: RegionReport, findings: Sequence[Finding], statuses: Mapping[Resource, str]) -> Region:
    shown = list(dict.fromkeys([*region.resources, *(finding.resource for finding in findings)]))
    indexes: dict[str, list[Resource]] = {}
    for resource in shown:
        if resource.type == "index":
            indexes.setdefault(resource.key.partition("/")[0], []).append(resource)
    buckets = [
        _bucket(resource, indexes.get(resource.key, []), statuses)
        for resource in shown
        if resource.type == "vector bucket"
    ]
    others = [
        Mark(str(resource), statuses[resource], _MEANINGS[statuses[resource]])
        for resource in shown
        if resource.type not in ("vector bucket", "index", "account")
    ]
    return Region(region.region, listed(region.checked), buckets, others)


def _bucket(bucket: Resource, indexes: Sequence[Resource], statuses: Mapping[Resource, str]) -> Bucket:
    status = statuses[bucket]
    many = len(indexes) > LABELLED
    note = f"{counted(len(indexes), 'index')}, bucket {_MEANINGS[status]}"
    return Bucket(
        bucket.summary, status, note, [_index(index, statuses[index], many) for index in indexes], many
    )


def _index(index: Resource, status: str, many: bool) -> Mark:
    note = index.summary if status == "ok" and not many else _MEANINGS[status]
    return Mark(index.arn.rpartition("/")[2], status, note)
