"""Knowledge bases and their data sources; only in stacks that have any."""

from __future__ import annotations

from collections.abc import Sequence

from vectorform.blocks.framework import Construct, TerraformResource, TerraformResourceLifecycle
from vectorform.desired import addresses, kinds
from vectorform.desired.addresses import block_name
from vectorform.desired.model import Region


def add_knowledge_bases(
    stack: Construct, region: Region, access: Sequence[TerraformResource]
) -> list[TerraformResource]:
    """Their blocks; `access` are those of IAM: Bedrock reads the index with the role as it is made.

    Their arguments come with `vectorform.blocks.document`: CDKTF's bindings do not know S3 Vectors there.
    """
    if not region.knowledge_bases:
        return []
    bases = TerraformResource(
        stack,
        block_name(addresses.KNOWLEDGE_BASES),
        terraform_resource_type=kinds.KNOWLEDGE_BASE.type,
        depends_on=list(access),
    )
    blocks = [bases]
    for of in region.knowledge_bases:
        if of.data_sources:
            sources = TerraformResource(
                stack,
                block_name(addresses.data_source_block(of)),
                terraform_resource_type=kinds.DATA_SOURCE.type,
                # The provider plans another knowledge base as a change in place, which Bedrock refuses.
                lifecycle=TerraformResourceLifecycle(
                    replace_triggered_by=[f"{addresses.knowledge_base_address(of)}.id"]
                ),
            )
            blocks.append(sources)
    return blocks
