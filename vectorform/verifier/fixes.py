"""What to do about a finding: the command that makes AWS follow the file, or the file follow AWS."""

from __future__ import annotations

import json

from vectorform.desired import commands, kinds
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Environment, Region, VectorBucket
from vectorform.desired.policies import SMOKE_INDEX_PREFIX
from vectorform.verifier.compare import Difference
from vectorform.verifier.report import Resource

_SEARCHING = {row.field for table in (INDEX, VECTOR_BUCKET) for row in table if row.by == "step"}
_PENDING_DELETION = "PendingDeletion"  # AWS KMS developer guide, "Key states of AWS KMS keys"


def deploy(environment: Environment, region: str) -> str:
    """The command that makes AWS what the file says, for what can be changed in place."""
    return commands.deploy(environment, environment.region(region))


def different(environment: Environment, resource: Resource, difference: Difference) -> str:
    """What to do about an attribute that differs."""
    if resource.type == kinds.KMS_KEY.noun and difference.actual == _PENDING_DELETION:
        return _cancelled(resource, difference.arn or resource.arn)
    if resource.type == kinds.KMS_KEY.noun and resource.terraform_address is None:
        return _key(resource, difference)
    if difference.attribute in _SEARCHING:
        return commands.search_settings(environment, environment.region(resource.region))
    if not difference.immutable:
        return deploy(environment, resource.region)
    keep = f"write `{difference.attribute}: {json.dumps(difference.actual)}` at {resource.source}"
    if resource.type == kinds.INDEX.noun:
        return (
            f"to keep the index, {keep}; to have what the configuration says, add a second index and copy "
            "the vectors: S3 Vectors cannot change it, and a replaced index is empty"
        )
    return f"to keep the {resource.type}, {keep}; AWS cannot change it in place"


def missing(environment: Environment, resource: Resource) -> str:
    """What to do about something that is not there. What was in it cannot be brought back."""
    command = deploy(environment, resource.region)
    if resource.type in (kinds.INDEX.noun, "vector bucket"):
        empty = "it" if resource.type == kinds.INDEX.noun else "it and its indexes"
        return f"{command} (creates {empty} empty; write lost vectors again)"
    return command


def unmanaged_index(environment: Environment, region: Region, bucket: VectorBucket, name: str) -> str:
    """How to adopt an index that the file does not have, or to leave it alone."""
    if name.startswith(SMOKE_INDEX_PREFIX):
        names = f"--vector-bucket-name {bucket.name} --index-name {name}"
        return f"an old smoke test left it: aws s3vectors delete-index --region {region.name} {names}"
    return (
        f"adopt it: write it under `indexes` of {bucket.key} ({bucket.source}), then "
        f"`vectorform adopt {environment.stack_id(region)}`; "
        f"or leave it: `unmanaged_ignore_prefixes: [{name}]`"
    )


def _cancelled(resource: Resource, arn: str) -> str:
    """To Terraform such a key is gone already: it would make another one, under which nothing can be read.

    A key whose deletion was cancelled is disabled (AWS KMS API reference, CancelKeyDeletion).
    """
    key = f"--region {resource.region} --key-id {arn}"
    return f"aws kms cancel-key-deletion {key}, then aws kms enable-key {key}, before any deploy"


def _key(resource: Resource, difference: Difference) -> str:
    region = f"--region {resource.region}"
    if difference.attribute == "state":
        return f"aws kms enable-key {region} --key-id {resource.arn}"
    return (
        "add the expected statement to the key's policy: "
        f"aws kms put-key-policy {region} --policy-name default --policy file://key-policy.json "
        f"--key-id {resource.arn}"
    )
