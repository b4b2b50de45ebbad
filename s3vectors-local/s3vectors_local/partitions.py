"""Which partition a region belongs to, as botocore's `partitions.json` has it."""

from __future__ import annotations

import functools
import re
from typing import Any

from botocore.loaders import Loader

_COMMERCIAL = "aws"


@functools.cache
def partition(region: str) -> str:
    """The partition of a region: `aws`, `aws-cn`, `aws-us-gov`, ...; `aws` for a region of no known form."""
    for each in _partitions():
        if region in each["regions"] or re.match(each["regionRegex"], region):
            return str(each["id"])
    return _COMMERCIAL


@functools.cache
def _partitions() -> list[dict[str, Any]]:
    return list(Loader().load_data("partitions")["partitions"])
