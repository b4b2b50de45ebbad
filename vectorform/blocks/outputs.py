"""What a stack tells: names and ARNs of what it deployed."""

from __future__ import annotations

from vectorform.blocks.framework import Construct, TerraformOutput
from vectorform.desired import addresses
from vectorform.desired.index_blocks import index_blocks
from vectorform.desired.model import Environment, Region


def add_outputs(stack: Construct, region: Region) -> None:
    """Maps, by the keys of the YAML."""
    _add(
        stack,
        "vector_buckets",
        "Name and ARN of every vector bucket, by its key in the YAML.",
        _merged(addresses.VECTOR_BUCKETS, addresses.UNPROTECTED_VECTOR_BUCKETS),
        "{ name = it.vector_bucket_name, arn = it.vector_bucket_arn }",
    )
    _add(
        stack,
        "indexes",
        "Name and ARN of every index, by its path in the YAML.",
        _merged(
            addresses.RETIRED_INDEXES,
            *(block.address for bucket in region.vector_buckets for block in index_blocks(bucket)),
        ),
        "{ name = it.index_name, arn = it.index_arn }",
    )
    _add(
        stack,
        "access_policies",
        "Name and ARN of every IAM policy, by its access entry in the YAML.",
        addresses.ACCESS_POLICIES,
        "{ name = it.name, arn = it.arn }",
    )
    _add(
        stack,
        "access_roles",
        "Name and ARN of every IAM role, by its access entry in the YAML.",
        addresses.ACCESS_ROLES,
        "{ name = it.name, arn = it.arn }",
    )
    if region.knowledge_bases:
        _add(
            stack,
            "knowledge_bases",
            "Name, id and ARN of every knowledge base, by its key in the YAML.",
            addresses.KNOWLEDGE_BASES,
            "{ name = it.name, id = it.id, arn = it.arn }",
        )
    sources = [addresses.data_source_block(of) for of in region.knowledge_bases if of.data_sources]
    if sources:
        _add(
            stack,
            "data_sources",
            "The ids of every data source and of its knowledge base, by its path in the YAML.",
            _merged(*sources),
            "{ name = it.name, id = it.data_source_id, knowledge_base_id = it.knowledge_base_id }",
        )


def add_verification_command(stack: Construct, environment: Environment, region: Region) -> None:
    """What to run after an apply that does not verify itself: a deploy ends by printing its outputs."""
    command = f"vectorform verify {environment.name} --region {region.name}"
    TerraformOutput(
        stack, "verify", value=command, description="The command that compares AWS with the YAML."
    )


def _add(stack: Construct, name: str, description: str, instances: str, value: str) -> None:
    expression = f"${{{{ for key, it in {instances} : key => {value} }}}}"
    # The construct cannot be called like its output: that is what the resource block is called.
    output = TerraformOutput(stack, f"{name}_output", value=expression, description=description)
    output.override_logical_id(name)


def _merged(*blocks: str) -> str:
    return f"merge({', '.join(blocks)})"
