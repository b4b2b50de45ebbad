"""What takes the place of a retired index, and whether it was compared with that in every region.

Plain `cdktf deploy` and Terraform Cloud call no guard: what is not compared is refused here, before a synth.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.backends import REHEARSAL_APP
from vectorform.desired.comparisons import is_aws, seal, written
from vectorform.desired.former_keys import current_key
from vectorform.desired.model import Comparison, Environment, Index, Region, Replacement, Retirement
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problems, Severity
from vectorform.wording import did_you_mean, show

_WRITE = "write replaced_by: bucket/index, or nothing where its vectors are to go"
# What turns boto3 and Terraform away from AWS, the first before the second, unless all are to be ignored
# (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3VECTORS", "AWS_ENDPOINT_URL")


def check_replacements(environment: Environment, root: Node, problems: Problems, rehearsal: bool) -> None:
    """Every entry of `retired` that has an index. `rehearsal`: it is going to be deployed to a local AWS."""
    nodes = root.mapping["retired"].mapping if "retired" in root.mapping else {}
    rehearsal = rehearsal or _is_turned_away(environment.backend.type == "cloud")
    for address, node in nodes.items():
        regions = tuple(region for region in environment.regions if _has(region, address))
        if regions and not node.broken:
            retirement = written(regions[0], address)[1].retirement
            if retirement is not None and not retirement.keep:
                _Entry(environment, address, node, regions, retirement, problems).check(rehearsal)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of `retired`; `regions` are those that have the index."""

    environment: Environment
    address: str
    node: Node
    regions: tuple[Region, ...]
    retirement: Retirement
    problems: Problems

    def check(self, rehearsal: bool) -> None:
        severity: Severity = "error" if self.retirement.confirm_destroy else "warning"
        replacement = self.retirement.replaced_by
        unread = self.node.mapping.get("replaced_by")
        if replacement is None and unread is not None and unread.broken:
            return  # what it says instead was complained about already
        if replacement is None:
            message = "nothing says what takes its place"
            if severity == "warning":
                message += ": confirm_destroy will be refused"
            self.add((), message, _WRITE, severity)
        elif replacement.index is not None and self.successor_stands(replacement.index):
            for message in self.faults(replacement, replacement.index, rehearsal):
                self.add(("compared",), message, self.compare, severity)

    def add(self, steps: Path, message: str, hint: str, severity: Severity = "error") -> None:
        node = self.node
        for step in steps:
            node = node.mapping.get(str(step), node)
        at_key = node is self.node
        path: Path = ("retired", self.address) if at_key else ("retired", self.address, *steps)
        self.problems.add(node, path, message, hint, severity, key=at_key or "compared" in steps)

    @property
    def compare(self) -> str:
        return f"run vectorform retire {self.environment.name} {self.address}, which compares every region"

    def successor_stands(self, successor: str) -> bool:
        """Whether it is an index that stays, in every region; if not, that is a problem."""
        wrong = self.wrong_successor(successor)
        if wrong is not None and successor.count("/") == 1:  # otherwise the schema has said so
            steps: Path = ("replaced_by",)
            if self.node.mapping["replaced_by"].mapping:
                steps = ("replaced_by", "index")
            self.add(steps, *wrong)
        return wrong is None

    def wrong_successor(self, successor: str) -> tuple[str, str] | None:
        """What is wrong with it, and what to do."""
        known = list(
            dict.fromkeys(index.address for region in self.environment.regions for index in _indexes(region))
        )
        bucket = successor.partition("/")[0]
        if successor == self.address:
            return "an index cannot take its own place", _WRITE
        if any(bucket == gone.key for region in self.environment.regions for gone in region.leaving):
            return f"{show(bucket)} is let go with its indexes", "write an index of a bucket that stays"
        if successor not in known:
            current = current_key(self.environment.moved, successor)
            hint = f"its key is {current} now" if current in known else did_you_mean(successor, known)
            return f"there is no index {show(successor)}", hint
        without = [region.name for region in self.regions if not _has(region, successor)]
        if without:
            where = ", ".join(without)
            return (
                f"{where} has {show(self.address)} and no {show(successor)} to take its place there",
                f"add {successor} to {where}, deploy, and copy the vectors: vectorform migrate",
            )
        if any(_goes(written(region, successor)[1]) for region in self.regions):
            return f"{show(successor)} is to be deleted itself", "write the index that stays"
        return None

    def faults(self, replacement: Replacement, successor: str, rehearsal: bool) -> Iterator[str]:
        """Why the regions' comparisons do not do; nothing where they do, or where none is needed yet."""
        compared = self.retirement.compared
        if not compared and not self.retirement.confirm_destroy:
            return
        if without := [region.name for region in self.regions if region.name not in compared]:
            yield f"it was not compared with {show(successor)} in {', '.join(without)}"
        faults: dict[str, list[str]] = {}
        for region in self.regions:
            if region.name in compared:
                fault = self.fault(region, compared[region.name], replacement, rehearsal)
                faults.setdefault(fault or "", []).append(region.name)
        yield from (f"{', '.join(regions)}: {fault}" for fault, regions in faults.items() if fault)

    def fault(
        self, region: Region, comparison: Comparison, replacement: Replacement, rehearsal: bool
    ) -> str | None:
        """Why the comparison of a region does not do."""
        successor = str(replacement.index)
        if not comparison.successor:
            return "this is not what vectorform retire writes"
        if comparison.successor != successor:
            return f"it was compared with {show(comparison.successor)}, not with {show(successor)}"
        if comparison.seal != seal(self.environment, region, self.address, comparison):
            return (
                f"what is written here is not of {show(self.address)} and {show(successor)} as they are "
                "defined now: one of them was changed afterwards, or this was copied or edited"
            )
        if replacement.other_keys is None and comparison.found != comparison.vectors:
            return f"the keys were not compared: found is not {comparison.vectors}, as vectors is"
        if (
            replacement.other_keys is not None
            and comparison.vectors
            and not (comparison.filled or comparison.found)
        ):
            return f"{show(successor)} was empty"
        if comparison.rehearsal and not rehearsal:
            return "it was compared in a rehearsal, of which AWS knows nothing"
        return None


def _is_turned_away(remote: bool) -> bool:
    """Whether what this shell deploys goes to a local AWS.

    Where Terraform runs elsewhere, `remote`, it does so in a kept rehearsal alone, whose state is local.
    """
    ignored = os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)
    if ignored or endpoint is None or is_aws(endpoint):
        return False
    return not remote or REHEARSAL_APP in os.environ.get("CDKTF_APP", "")


def _indexes(region: Region) -> Iterator[Index]:
    for bucket in region.vector_buckets:
        yield from bucket.written_indexes


def _has(region: Region, address: str) -> bool:
    return any(index.address == address for index in _indexes(region))


def _goes(index: Index) -> bool:
    return index.retirement is not None and index.retirement.confirm_destroy
