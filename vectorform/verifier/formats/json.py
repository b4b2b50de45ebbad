"""JSON: the report as it is, for programs. Keys are stable; new ones may be added."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from vectorform.verifier.report import Finding, Report


def render(report: Report) -> str:
    """The whole report as an indented JSON object."""
    return json.dumps(_report(report), indent=2, ensure_ascii=False) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {
        "environment": report.environment,
        "account_id": report.account_id,
        "time": report.time.isoformat(timespec="seconds"),
        "exit_code": report.exit_code,
        "regions": [
            {
                "region": region.region,
                "checked": Counter(resource.type for resource in region.checked),
                "unchecked": Counter(resource.type for resource in region.unchecked),
                "seconds": round(region.seconds, 3),
            }
            for region in report.regions
        ],
        "findings": [finding_object(finding) for finding in report.findings],
        "smoke": [
            {
                "region": bucket.region,
                "vector_bucket_name": bucket.bucket,
                "steps_seconds": {step: round(seconds, 4) for step, seconds in bucket.steps.items()},
                "readable_after_seconds": bucket.readable_after,
            }
            for bucket in report.smoke
        ],
        "retrievals": [
            {
                "region": asked.region,
                "knowledge_base": asked.knowledge_base,
                "results": asked.results,
                "seconds": round(asked.seconds, 4),
            }
            for asked in report.retrievals
        ],
        "calls": dict(report.calls),
        "seconds": round(report.seconds, 3),
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """One finding as a JSON object."""
    resource = finding.resource
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "resource_type": resource.type,
        "address": resource.key,
        "region": resource.region,
        "source": str(resource.source) if resource.source else None,
        "terraform_address": resource.terraform_address,
        "arn": resource.arn,
        "attribute": finding.attribute,
        "expected": finding.expected,
        "actual": finding.actual,
        "fix": finding.fix,
    }
