"""The step of an apply that sets what the AWS provider cannot: default index modes, index modes, text search.

Each is a `terraform_data` that is recreated when what is to be set changes, so that a plan shows it, and that
runs `vectorform search-settings` then. A failed provisioner taints it (Terraform, "Provisioners"): the next
apply sets it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vectorform import __version__
from vectorform.blocks.framework import Construct, LocalExecProvisioner, TerraformOutput, TerraformResource
from vectorform.desired.addresses import (
    DEFAULT_INDEX_MODES,
    SEARCH_SETTINGS,
    block_name,
    vector_bucket_address,
)
from vectorform.desired.commands import search_settings
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment, Region, VectorBucket
from vectorform.desired.search_settings import CLASSIC_ONLY, CLASSIC_UNTIL, of_buckets, of_indexes


def add_search_settings(
    stack: Construct, environment: Environment, region: Region, deployed: Sequence[TerraformResource]
) -> list[TerraformResource]:
    """The steps; none where the file says nothing of it. That of indexes comes after all of `deployed`.

    The default modes come before the indexes, which `vectorform.blocks.document` lets wait for them.
    """
    steps = []
    if of_buckets(region):
        steps.append(_step(stack, DEFAULT_INDEX_MODES, environment, region, "vector-buckets", ()))
        classic = [bucket for bucket in region.vector_buckets if bucket.default_index_mode == "CLASSIC"]
        _refuse_classic(steps[-1], "default_index_mode", classic)
    if of_indexes(region):
        steps.append(_step(stack, SEARCH_SETTINGS, environment, region, "indexes", deployed))
        classic = [bucket for bucket in region.vector_buckets if _has_classic(bucket)]
        _refuse_classic(steps[-1], "index_mode", classic)
    if steps and not environment.verification.after_apply:
        _command_as_output(stack, environment, region)
    return steps


def _step(
    stack: Construct,
    block: str,
    environment: Environment,
    region: Region,
    of: str,
    after: Iterable[TerraformResource],
) -> TerraformResource:
    """Where the apply does not verify, as in a remote run, the command is not found: the step is recorded."""
    command = (
        f"{search_settings(environment, region)} --only {of} "
        f"--desired-state {fingerprint(environment, region)} --tool-version {__version__}"
    )
    runs = [LocalExecProvisioner(type="local-exec", command=command)]
    step = TerraformResource(
        stack,
        block_name(block),
        terraform_resource_type="terraform_data",
        depends_on=list(after),
        provisioners=runs if environment.verification.after_apply else None,
    )
    step.add_override("triggers_replace", f"${{local.{block_name(block)}}}")
    return step


def _refuse_classic(step: TerraformResource, key: str, buckets: Sequence[VectorBucket]) -> None:
    """A vector bucket that AWS has made since it has ENHANCED takes no CLASSIC: refused by the plan."""
    if not buckets:
        return
    made = ", ".join(f'"{each.key}" = {vector_bucket_address(each)}.creation_time' for each in buckets)
    newer = f'[for bucket, made in {{{made}}} : bucket if timecmp(made, "{CLASSIC_UNTIL}") >= 0]'
    message = (
        f"{key}: {CLASSIC_ONLY}; these are newer: "
        f'${{join(", ", {newer})}}. No search setting was changed. Remove the line, or write ENHANCED.'
    )
    step.add_override(
        "lifecycle.precondition", [{"condition": f"${{length({newer}) == 0}}", "error_message": message}]
    )


def _has_classic(bucket: VectorBucket) -> bool:
    return any(index.index_mode == "CLASSIC" for index in bucket.indexes)


def _command_as_output(stack: Construct, environment: Environment, region: Region) -> None:
    output = TerraformOutput(
        stack,
        "search_settings_output",
        value=search_settings(environment, region),
        description="The command that sets index modes and text search after this apply.",
    )
    output.override_logical_id("search_settings")
