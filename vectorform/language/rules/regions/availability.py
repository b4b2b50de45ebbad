"""S3 Vectors is not in every region."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import REGION_FORM, REGIONS, REGIONS_AS_OF, UNCONFIRMED_REGIONS
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.regions.written import WrittenRegion, written_regions
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import closest, show

UNLISTED = Rule("VF303", "region-unlisted", "warning")
UNCONFIRMED = Rule("VF304", "region-unconfirmed", "warning")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Regions that are not known to have S3 Vectors, unless the environment accepts that."""
    if configuration.find("allow_unlisted_regions").value is True:
        return
    for region in written_regions(configuration):
        if REGION_FORM.match(region.name) and region.name not in REGIONS:
            yield _problem(region)


def _problem(region: WrittenRegion) -> Problem:
    hint = "if S3 Vectors is available there, write allow_unlisted_regions: true"
    if region.name in UNCONFIRMED_REGIONS:
        message = f"on {REGIONS_AS_OF}, S3 Vectors was not confirmed to be available in {show(region.name)}"
        return UNCONFIRMED.at(region.node, region.path, message, hint)
    near = closest(region.name, REGIONS)
    if near:
        hint = f"did you mean `{near}`? {hint[0].upper()}{hint[1:]}"
    message = f"{show(region.name)} was not among the regions of S3 Vectors on {REGIONS_AS_OF}"
    return UNLISTED.at(region.node, region.path, message, hint)
