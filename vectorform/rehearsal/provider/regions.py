"""Regions and partitions, as botocore's `partitions` and `endpoints` documents have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of AWS: `aws`, `aws-cn`, ...; with the suffix of its host names."""

    name: str
    dns_suffix: str


def partition(region: str) -> Partition:
    """The partition of a region; `aws` for a region of no known form."""
    for each in _partitions():
        if region in each["regions"] or re.match(each["regionRegex"], region):
            return Partition(each["id"], each["outputs"]["dnsSuffix"])
    return Partition("aws", "amazonaws.com")


def has_form(region: str) -> bool:
    """Whether a region is one of a partition, by its name or its form."""
    return any(region in each["regions"] or re.match(each["regionRegex"], region) for each in _partitions())


def description(region: str) -> str | None:
    """What AWS calls a region, e.g. `Europe (Ireland)`; None for an unknown one."""
    for each in _partitions():
        if region in each["regions"]:
            text: str = each["regions"][region].get("description", region)
            return text
    return None


@cache
def _partitions() -> list[dict[str, Any]]:
    from botocore.loaders import Loader

    return list(Loader().load_data("partitions")["partitions"])
