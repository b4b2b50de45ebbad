"""The `for_each` map of the parameters that tell applications of a region. Plain data, no CDKTF."""

from __future__ import annotations

from typing import Any

from vectorform.blocks.literals import literal
from vectorform.desired.model import Environment, Region
from vectorform.desired.parameters import parameters


def parameter_rows(environment: Environment, region: Region) -> dict[str, dict[str, Any]]:
    """The rows of the block, by the names of the parameters."""
    return {
        parameter.name: {
            "value": f"${{{parameter.reference}}}" if parameter.reference else literal(parameter.value)
        }
        for parameter in parameters(environment, region)
    }
