"""A region is written by its code."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import REGION_FORM, REGIONS, UNCONFIRMED_REGIONS
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.regions.written import written_regions
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import closest, show

REGION_CODE = Rule("VF302", "region-code")


def check(configuration: Configuration) -> Iterator[Problem]:
    """What cannot be the code of a region."""
    for region in written_regions(configuration):
        if not REGION_FORM.match(region.name):
            near = closest(region.name, (*REGIONS, *UNCONFIRMED_REGIONS))
            hint = f"did you mean `{near}`?" if near else "write its code, such as ap-southeast-2"
            yield REGION_CODE.at(region.node, region.path, f"{show(region.name)} is not an AWS region", hint)
