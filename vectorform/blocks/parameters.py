"""Parameters that tell applications of a region's vector buckets, indexes and roles."""

from __future__ import annotations

from vectorform.blocks.for_each import each
from vectorform.blocks.framework import Construct, TerraformResource, later
from vectorform.desired.addresses import PARAMETERS, block_name
from vectorform.desired.model import Region


def add_parameters(stack: Construct, region: Region) -> list[TerraformResource]:
    """The block, where the environment has outputs."""
    if region.outputs is None:
        return []
    parameter = later("SsmParameter")
    # As insecure_value a plan shows it: it is no secret.
    return [
        parameter(
            stack,
            block_name(PARAMETERS),
            name="${each.key}",
            type="String",
            insecure_value=each("value"),
        )
    ]
