"""What replaces a retired index, and whether it was compared with that in every region.

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
from vectorform.language.nodes import Node, Path, has_broken
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import known as known_entry
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show

NOTHING_SAID = Rule("VF720", "no-replacement", "warning")
NOTHING_SAID_CONFIRMED = Rule("VF721", "no-replacement-of-deleted")
SUCCESSOR = Rule("VF722", "replacement-that-stays")
NOT_COMPARED = Rule("VF723", "not-compared", "warning")
NOT_COMPARED_CONFIRMED = Rule("VF724", "deleted-without-comparison")

_WRITE = "write replaced_by: bucket/index, or replaced_by: nothing if its vectors are no longer needed"
# What turns boto3 and Terraform away from AWS, the first before the second, unless all are to be ignored
# (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3VECTORS", "AWS_ENDPOINT_URL")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every entry of `retired` that has an index."""
    environment, root = configuration.environment, configuration.root
    nodes = root.mapping["retired"].mapping if "retired" in root.mapping else {}
    rehearsal = configuration.rehearsal or _is_turned_away(environment.backend.type == "cloud")
    for address, node in nodes.items():
        regions = tuple(region for region in environment.regions if _has(region, address))
        if regions and not node.broken and not _confirmed_and_kept(node):
            retirement = written(regions[0], address)[1].retirement
            if retirement is not None and not retirement.keep:
                yield from _Entry(configuration, address, node, regions, retirement).check(rehearsal)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of `retired`; `regions` are those that have the index."""

    configuration: Configuration
    address: str
    node: Node
    regions: tuple[Region, ...]
    retirement: Retirement

    @property
    def environment(self) -> Environment:
        return self.configuration.environment

    def check(self, rehearsal: bool) -> Iterator[Problem]:
        confirmed = self.retirement.confirm_destroy
        replacement = self.retirement.replaced_by
        unread = self.node.mapping.get("replaced_by")
        if replacement is None and unread is not None and unread.broken:
            return  # what it says instead was complained about already
        if replacement is None:
            message = "its replacement is not named"
            if not confirmed:
                message += ": confirm_destroy will be refused"
            rule = NOTHING_SAID_CONFIRMED if confirmed else NOTHING_SAID
            yield self.problem(rule, (), message, _WRITE)
            return
        if replacement.index is None or replacement.index.count("/") != 1:
            return  # nothing takes its place, or the schema complained
        wrong = self.wrong_successor(replacement.index)
        if wrong is not None:
            by_map = self.node.mapping["replaced_by"].mapping
            yield self.problem(SUCCESSOR, ("replaced_by", "index") if by_map else ("replaced_by",), *wrong)
            return
        rule = NOT_COMPARED_CONFIRMED if confirmed else NOT_COMPARED
        for message in self.faults(replacement, replacement.index, rehearsal):
            yield self.problem(rule, ("compared",), message, self.compare)

    def problem(self, rule: Rule, steps: Path, message: str, hint: str) -> Problem:
        node = self.node
        for step in steps:
            node = node.mapping.get(str(step), node)
        at_key = node is self.node
        path: Path = ("retired", self.address) if at_key else ("retired", self.address, *steps)
        return rule.at(node, path, message, hint, key=at_key or "compared" in steps)

    @property
    def compare(self) -> str:
        return f"run vectorform retire {self.environment.name} {self.address}, which compares every region"

    def wrong_successor(self, successor: str) -> tuple[str, str] | None:
        """What is wrong with it, and what to do."""
        known = list(
            dict.fromkeys(index.address for region in self.environment.regions for index in _indexes(region))
        )
        bucket = successor.partition("/")[0]
        if successor == self.address:
            return "an index cannot replace itself", _WRITE
        if any(bucket == gone.key for region in self.environment.regions for gone in region.leaving):
            return f"{show(bucket)} leaves Terraform with its indexes", "name an index of a bucket that stays"
        if successor not in known and not known_entry(self.configuration, successor):
            return None  # what may be there was refused, and that was said
        if successor not in known:
            current = current_key(self.environment.moved, successor)
            hint = f"its key is {current} now" if current in known else did_you_mean(successor, known)
            return f"there is no index {show(successor)}", hint
        without = [region.name for region in self.regions if not _has(region, successor)]
        if without:
            where = ", ".join(without)
            return (
                f"{where} has {show(self.address)} and no {show(successor)} to replace it there",
                f"add {successor} to {where}, deploy, and copy the vectors: vectorform migrate",
            )
        if any(_goes(written(region, successor)[1]) for region in self.regions):
            return f"{show(successor)} is itself to be deleted", "name the index that stays"
        return None

    def faults(self, replacement: Replacement, successor: str, rehearsal: bool) -> Iterator[str]:
        """Why the regions' comparisons do not do; nothing where they do, or where none is needed yet."""
        compared = self.retirement.compared
        if not compared and not self.retirement.confirm_destroy:
            return
        entry = self.node.mapping.get("compared")
        if entry is not None and has_broken(entry):
            return  # what it says was complained about already
        if without := [region.name for region in self.regions if region.name not in compared]:
            yield f"it has not been compared with {show(successor)} in {', '.join(without)}"
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
            return "vectorform retire did not write this"
        if comparison.successor != successor:
            return f"it was compared with {show(comparison.successor)}, not with {show(successor)}"
        if comparison.seal != seal(self.environment, region, self.address, comparison):
            return (
                f"this does not match {show(self.address)} and {show(successor)} as they are defined now: "
                "one of them changed afterwards, or this was copied or edited"
            )
        if replacement.other_keys is None and comparison.found != comparison.vectors:
            return f"the keys were not compared: found is not {comparison.vectors}, the number of vectors"
        if (
            replacement.other_keys is not None
            and comparison.vectors
            and not (comparison.filled or comparison.found)
        ):
            return f"{show(successor)} was empty"
        if comparison.rehearsal and not rehearsal:
            return "it was compared in a rehearsal, not in AWS"
        return None


def _confirmed_and_kept(node: Node) -> bool:
    """Whether it says both, which was complained about already."""
    return all(key in node.mapping and node.mapping[key].value is True for key in ("confirm_destroy", "keep"))


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
