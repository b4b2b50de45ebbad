"""JUnit XML, as CI servers read it: a suite per region, a case per resource.

Differences are failures, what could not be checked are errors, resources not reached are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as xml

from vectorform.verifier.formats.wording import sentence
from vectorform.verifier.report import Finding, RegionReport, Report, Resource

# XML 1.0, section 2.2: characters that no document may hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """The report as an XML document."""
    root = xml.Element("testsuites", name=f"vectorform verify {report.environment}")
    findings = report.of_resources()
    for region in report.regions:
        root.append(_suite(report, region, findings))
    xml.indent(root)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(report: Report, region: RegionReport, findings: dict[Resource, list[Finding]]) -> xml.Element:
    suite = xml.Element("testsuite", name=region.region)
    unchecked = set(region.unchecked)
    known = dict.fromkeys(region.resources)
    others = (finding.resource for finding in report.of_region(region.region))
    for resource in dict.fromkeys([*known, *others]):
        case = xml.SubElement(suite, "testcase", classname=f"{report.environment}.{region.region}")
        case.set("name", str(resource))
        if resource.source:
            case.set("file", resource.source.file)
            case.set("line", str(resource.source.line))
        _outcome(case, findings.get(resource, ()))
        if resource in unchecked and resource not in findings:
            xml.SubElement(case, "skipped", message="not checked")
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in suite)))
    suite.set("time", f"{region.seconds:.3f}")
    suite.set("timestamp", report.time.isoformat(timespec="seconds"))
    return suite


def _outcome(case: xml.Element, findings: Iterable[Finding]) -> None:
    for finding in findings:
        text = _NOT_XML.sub("\ufffd", sentence(finding))
        details = _NOT_XML.sub("\ufffd", f"{text}\n{finding.resource.arn}\nfix: {finding.fix}")
        if finding.severity == "warning":
            xml.SubElement(case, "system-out").text = f"warning: {details}"
        else:
            tag = "error" if finding.kind == "unreadable" else "failure"
            xml.SubElement(case, tag, type=finding.kind, message=text).text = details
