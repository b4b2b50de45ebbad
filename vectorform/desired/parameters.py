"""What each region's parameters say: names, ARNs and what else an application needs to find its index.

Parameter Store has at most 10,000 standard parameters in an account and region (AWS General Reference,
"AWS Systems Manager endpoints and quotas").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.addresses import encryption_key_address, knowledge_base_address
from vectorform.desired.arns import alias_arn, bucket_arn, index_arn, partition, policy_arn, role_arn
from vectorform.desired.created_keys import created_key
from vectorform.desired.model import Access, Environment, Index, KnowledgeBase, Region, VectorBucket

MAX_PARAMETERS = 10_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its whole name and what it says.

    `reference` is the Terraform attribute that has the value where it is not known before the apply; `value`
    is then what AWS finds it by. `bucket` or `knowledge_base` is the key of what that reference is about.
    """

    name: str
    value: str
    reference: str = ""
    bucket: str = ""
    knowledge_base: str = ""


def parameters(environment: Environment, region: Region) -> Iterator[Parameter]:
    """The parameters of one region, in the file's order; none without `outputs`."""
    outputs = region.outputs
    if outputs is None:
        return
    for bucket in region.vector_buckets:
        yield from _of_bucket(environment, region, bucket, outputs.path)
        for index in bucket.indexes:
            yield from _of_index(environment, region, bucket, index, outputs.path)
    for knowledge_base in region.knowledge_bases:
        yield _of_knowledge_base(knowledge_base, outputs.path)
    for access in environment.access:
        yield from _of_access(environment, access, outputs.path)
    for name, value in outputs.values.items():
        yield Parameter(name if name.startswith("/") else f"{outputs.path}{name}", value)


def _of_bucket(
    environment: Environment, region: Region, bucket: VectorBucket, path: str
) -> Iterator[Parameter]:
    own = f"{path}{bucket.key}/"
    yield Parameter(f"{own}name", bucket.name, bucket=bucket.key)
    yield Parameter(f"{own}arn", bucket_arn(environment, region, bucket), bucket=bucket.key)
    if created := created_key(region, bucket, bucket.encryption):
        alias = alias_arn(environment, region, created[1].alias)
        key = f"{encryption_key_address(*created)}.arn"
        yield Parameter(f"{own}key_arn", alias, reference=key, bucket=bucket.key)
    elif bucket.encryption.kms_key_arn:
        yield Parameter(f"{own}key_arn", bucket.encryption.kms_key_arn, bucket=bucket.key)


def _of_index(
    environment: Environment, region: Region, bucket: VectorBucket, index: Index, path: str
) -> Iterator[Parameter]:
    own = f"{path}{bucket.key}/{index.key}/"
    for name, value in (
        ("name", index.name),
        ("arn", index_arn(environment, region, bucket, index)),
        ("dimension", str(index.dimension)),
    ):
        yield Parameter(f"{own}{name}", value, bucket=bucket.key)


def _of_access(environment: Environment, access: Access, path: str) -> Iterator[Parameter]:
    own = f"{path}access/{access.key}/"
    if access.grants:
        yield Parameter(f"{own}policy_arn", policy_arn(environment, access))
    if access.role:
        yield Parameter(f"{own}role_arn", role_arn(environment, access.role))


def _of_knowledge_base(of: KnowledgeBase, path: str) -> Parameter:
    """Bedrock gives the id: it is found by the name."""
    return Parameter(
        f"{path}knowledge_bases/{of.key}/id",
        of.name,
        reference=f"{knowledge_base_address(of)}.id",
        knowledge_base=of.key,
    )


def readable_by(environment: Environment, access: Access) -> Iterator[str]:
    """The ARNs of the parameters, as patterns, that tell about what an entry was granted."""
    for region in environment.regions:
        if region.outputs is None:
            continue
        below = parameter_arn(environment, region, region.outputs.path)
        for grant in access.grants:
            if not any(bucket.key == grant.bucket for bucket in region.vector_buckets):
                continue
            if grant.indexes is None:
                yield f"{below}{grant.bucket}/*"
                continue
            yield from (f"{below}{grant.bucket}/{name}" for name in ("arn", "key_arn", "name"))
            yield from (f"{below}{grant.bucket}/{index}/*" for index in grant.indexes)
        yield f"{below}access/{access.key}/*"


def parameter_arn(environment: Environment, region: Region, name: str) -> str:
    """The ARN of a parameter, whose name begins with a slash."""
    return f"arn:{partition(region.name)}:ssm:{region.name}:{environment.account_id}:parameter{name}"
