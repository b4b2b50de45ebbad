"""The verification of an environment: who is asking, then every region at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Region
from vectorform.verifier import inventory
from vectorform.verifier.failures import PATIENCE_SECONDS, too_slow
from vectorform.verifier.reading import Missing, Unreadable, member, read
from vectorform.verifier.region import Progress, RegionCheck, RegionResult
from vectorform.verifier.report import Finding, RegionReport, Report
from vectorform.verifier.workers import Stalled, concurrently

if TYPE_CHECKING:
    from vectorform.verifier.aws import Aws


def verify(
    environment: Environment,
    regions: Sequence[Region] | None = None,
    *,
    aws: Aws | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """Compare AWS with the desired state of `regions` (default: all of them).

    IAM is account-wide and checked with the home region. `on_progress(region, done, total)` is called
    from several threads. Raises nothing for what AWS answers or does not: that is in the report.
    """
    from vectorform.verifier.aws import Aws

    start, now = time.monotonic(), datetime.now(UTC)
    aws = aws or Aws.of(environment)
    regions = environment.regions if regions is None else regions
    findings = _in_time(environment, regions[0], aws)
    results: dict[str, RegionResult] = {}
    if not findings:
        checks = [RegionCheck(environment, region, aws, on_progress) for region in regions]
        for result in concurrently(RegionCheck.run, checks, threads=len(checks)):
            results[result.report.region] = result
        findings = [finding for region in regions for finding in _sorted(results[region.name])]
    return Report(
        environment=environment.name,
        account_id=environment.account_id,
        time=now,
        regions=tuple(
            results[region.name].report if region.name in results else _unlooked(environment, region)
            for region in regions
        ),
        findings=tuple(findings),
        calls=aws.calls,
        seconds=time.monotonic() - start,
    )


def _in_time(environment: Environment, region: Region, aws: Aws) -> list[Finding]:
    """What `_caller` finds, or that nobody answers."""
    try:
        (findings,) = concurrently(
            lambda aws: _caller(environment, region, aws), [aws], threads=1, patience=PATIENCE_SECONDS
        )
    except Stalled as stalled:
        error = too_slow(stalled)
        account = inventory.of_account(environment, region)
        return [Finding("unreadable", account, error.fix, None, None, error.reason)]
    return findings


def _caller(environment: Environment, region: Region, aws: Aws) -> list[Finding]:
    """Nothing when the credentials are of the environment's account and partition, else why not."""
    account = inventory.of_account(environment, region)
    try:
        caller = read(aws.sts(region.name).get_caller_identity)
        account_id, arn = str(member(caller, "Account")), str(member(caller, "Arn"))
    except (Missing, Unreadable) as error:
        fix = error.fix if isinstance(error, Unreadable) else "check AWS_ENDPOINT_URL"
        return [Finding("unreadable", account, fix, None, None, str(error))]
    if account_id != environment.account_id:
        fix = f"use credentials of account {environment.account_id}, or correct `account_id`"
        return [Finding("unreadable", account, fix, "account_id", environment.account_id, account_id)]
    found = arn.split(":")[1]
    if found != partition(region.name):
        fix = f"use credentials of the partition that {region.name} belongs to"
        return [Finding("unreadable", account, fix, "partition", partition(region.name), found)]
    return []


def _unlooked(environment: Environment, region: Region) -> RegionReport:
    return RegionReport(region.name, (), tuple(inventory.inventory(environment, region)), 0.0)


def _sorted(result: RegionResult) -> list[Finding]:
    """In the file's order; what is not in the file comes last, the account first."""
    position = {resource: number for number, resource in enumerate(result.report.resources)}

    def order(finding: Finding) -> tuple[int, str, str]:
        resource = finding.resource
        number = -1 if resource.type == "account" else position.get(resource, len(position))
        return number, resource.key, finding.attribute or ""

    return sorted(result.findings, key=order)
