"""An account belongs to one partition, and an environment to one account."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.desired.service_limits import REGION_FORM
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.regions.written import written_regions
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

ONE_PARTITION = Rule("VF305", "regions-of-one-partition")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Regions of another partition than the home region's."""
    home = next((region.name for region in configuration.regions), "")
    if not REGION_FORM.match(home):
        return
    for region in written_regions(configuration):
        other = partition(region.name)
        if REGION_FORM.match(region.name) and other != partition(home):
            message = f"{show(region.name)} is in the partition {other}, {show(home)} in {partition(home)}"
            hint = "an account belongs to one partition: use two environments"
            yield ONE_PARTITION.at(region.node, region.path, message, hint)
