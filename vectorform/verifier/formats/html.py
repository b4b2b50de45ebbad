"""One self-contained page for people who do not use a terminal: verdict, findings, then a picture.

No script, no font and no image is fetched; everything that came from AWS or the file is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
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
    "unchecked": "not looked at",
}


def render(report: Report) -> str:
    """The page as one HTML document."""
    style = resources.files("vectorform.verifier.formats").joinpath("page.css").read_text(encoding="utf-8")
    title = f"{_text(report.environment)}: {_text(verdict(report))}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head>\n<body>\n" + "\n".join(_body(report)) + "\n"
        "</body></html>\n"
    )


def _body(report: Report) -> Iterator[str]:
    tone = {0: "ok", 1: "different", 2: "unreadable"}[report.exit_code]
    yield (
        f'<header><h1>{_text(report.environment)}</h1><span class="verdict {tone}">'
        f'{_text(verdict(report))}</span><p class="soft">Account {_text(report.account_id)}, '
        f"{report.time:%d %B %Y, %H:%M} UTC, {_text(effort(report))}</p></header>"
    )
    yield from _figures(report)
    if report.findings:
        yield f"<section><h2>{_text(tally(report.findings))}</h2>"
        yield from map(_finding, report.findings[:OPEN_FINDINGS])
        if more := report.findings[OPEN_FINDINGS:]:
            yield f"<details><summary>{len(more):,} more</summary>"
            yield from map(_finding, more)
            yield "</details>"
        yield "</section>"
    yield "<section><h2>Regions, vector buckets and indexes</h2>"
    yield from _legend()
    statuses = _statuses(report)
    for region in report.regions:
        yield from _region(region, report.of_region(region.region), statuses)
    yield "</section>"
    yield from _smoke(report)


def _figures(report: Report) -> Iterator[str]:
    everything = [resource for region in report.regions for resource in region.resources]
    figures = {
        "Regions": len(report.regions),
        "Vector buckets": sum(resource.type == "vector bucket" for resource in everything),
        "Indexes": sum(resource.type == "index" for resource in everything),
        "Findings": len(report.findings),
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in figures.items())
    yield f'<dl class="figures">{cells}</dl>'


def _finding(finding: Finding) -> str:
    resource = finding.resource
    facts = {
        "written in": str(resource.source) if resource.source else "",
        "in the file": value(finding.expected) if finding.kind == "different" else "",
        "in AWS": value(finding.actual) if finding.kind == "different" else "",
        "Terraform": resource.terraform_address or "",
        "ARN": resource.arn,
    }
    rows = "".join(
        f"<dt>{name}</dt><dd><code>{_text(fact)}</code></dd>" for name, fact in facts.items() if fact
    )
    level = "warning" if finding.severity == "warning" else kind_words(finding.kind).tone
    return (
        f'<article class="finding {level}"><span class="kind">{finding.kind}</span>'
        f'{_text(_headline(finding))} <span class="soft">{_text(resource.region)}</span>'
        f"<dl>{rows}<dt>what to do</dt><dd>{_with_code(finding.fix)}</dd></dl></article>"
    )


def _headline(finding: Finding) -> str:
    if finding.kind == "different":
        return f"{finding.resource}: {finding.attribute}"
    return sentence(finding)


def _legend() -> Iterator[str]:
    marks = "".join(f'<li class="mark {status}">{text}</li>' for status, text in _MEANINGS.items())
    yield f'<ul class="legend">{marks}</ul>'


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


def _region(
    region: RegionReport, findings: Iterable[Finding], statuses: Mapping[Resource, str]
) -> Iterator[str]:
    shown = list(dict.fromkeys([*region.resources, *(finding.resource for finding in findings)]))
    yield (
        f'<section class="region"><header><h3>{_text(region.region)}</h3>'
        f'<span class="soft">checked {_text(listed(region.checked))}</span></header><div class="buckets">'
    )
    indexes: dict[str, list[Resource]] = {}
    for resource in shown:
        if resource.type == "index":
            indexes.setdefault(resource.key.partition("/")[0], []).append(resource)
    for resource in shown:
        if resource.type == "vector bucket":
            yield from _bucket(resource, indexes.get(resource.key, []), statuses)
    yield "</div>"
    others = [resource for resource in shown if resource.type not in ("vector bucket", "index", "account")]
    marks = "".join(
        f'<li class="mark {statuses[resource]}">{_text(str(resource))}'
        f' <span class="soft">{_text(_MEANINGS[statuses[resource]])}</span></li>'
        for resource in others
    )
    yield f'<ul class="others">{marks}</ul></section>' if others else "</section>"


def _bucket(bucket: Resource, indexes: Sequence[Resource], statuses: Mapping[Resource, str]) -> Iterator[str]:
    status = statuses[bucket]
    yield (
        f'<div class="bucket {status}"><h3 class="mark">{_text(bucket.summary)}</h3>'
        f'<span class="soft">{counted(len(indexes), "index")}, bucket {_text(_MEANINGS[status])}</span>'
    )
    many = len(indexes) > LABELLED
    items = "".join(_square(index, statuses) if many else _label(index, statuses) for index in indexes)
    yield f'<ul class="indexes{" many" if many else ""}">{items}</ul></div>'


def _label(index: Resource, statuses: Mapping[Resource, str]) -> str:
    status = statuses[index]
    note = index.summary if status == "ok" else _MEANINGS[status]
    return f'<li class="{status}">{_text(_name(index))}<small>{_text(note)}</small></li>'


def _square(index: Resource, statuses: Mapping[Resource, str]) -> str:
    status = statuses[index]
    title = f"{_name(index)}: {_MEANINGS[status]}"
    return f'<li class="{status}" title="{_text(title)}"></li>'


def _name(index: Resource) -> str:
    return index.arn.rpartition("/")[2]


def _smoke(report: Report) -> Iterator[str]:
    if not report.smoke:
        return
    yield "<section><h2>Smoke test</h2><table><tr><th>region</th><th>vector bucket</th>"
    yield '<th>steps, milliseconds</th><th class="number">readable after</th></tr>'
    for bucket in report.smoke:
        steps = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in bucket.steps.items())
        after = "never" if bucket.readable_after is None else f"{bucket.readable_after * 1000:.0f} ms"
        yield (
            f"<tr><td>{_text(bucket.region)}</td><td>{_text(bucket.bucket)}</td>"
            f'<td>{_text(steps)}</td><td class="number">{after}</td></tr>'
        )
    yield "</table></section>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _with_code(text: str) -> str:
    """Text in which what stands between backticks is code."""
    parts = [_text(part) for part in text.split("`")]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)
