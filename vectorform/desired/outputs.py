"""What an application needs to know of an environment: the names and ARNs that its file stands for.

They come from the file alone. So they need neither AWS nor the state, wherever that is kept, and do not say
whether it was deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.arns import bucket_arn, index_arn, key_alias_arn, policy_arn, role_arn
from vectorform.desired.model import Access, Environment, Index, Region, VectorBucket
from vectorform.errors import UserError

PREFIX = "S3VECTORS"
# What dotenv files, `docker run --env-file` and shells read alike without quotes.
_PLAIN = re.compile(r"[\w.:/=+,@-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class IndexOutput:
    """An index; `key` is its path in the YAML."""

    key: str
    name: str
    arn: str
    dimension: int
    distance_metric: str
    non_filterable_metadata_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketOutput:
    """A vector bucket with its indexes; `kms_key` is an ARN, that of the alias where the key is created."""

    key: str
    name: str
    arn: str
    kms_key: str | None
    indexes: tuple[IndexOutput, ...]


@dataclass(frozen=True, slots=True)
class RegionOutput:
    """A region and its stack."""

    region: str
    stack: str
    vector_buckets: tuple[BucketOutput, ...]


@dataclass(frozen=True, slots=True)
class AccessOutput:
    """An entry of `access`: the ARN of its policy, and of its role where it has one."""

    key: str
    policy_arn: str
    role_arn: str | None


@dataclass(frozen=True, slots=True)
class Outputs:
    """An environment; the home region comes first."""

    environment: str
    account_id: str
    home_region: str
    regions: tuple[RegionOutput, ...]
    access: tuple[AccessOutput, ...]


def outputs(environment: Environment) -> Outputs:
    """All outputs, without what was retired."""
    return Outputs(
        environment.name,
        environment.account_id,
        environment.home.name,
        tuple(
            RegionOutput(
                region.name,
                environment.stack_id(region),
                tuple(_bucket(environment, region, bucket) for bucket in region.vector_buckets),
            )
            for region in environment.regions
        ),
        tuple(_access(environment, access) for access in environment.access if access.knowledge_base is None),
    )


def region_variables(region: Region) -> dict[str, str]:
    """The region for the SDKs: boto3 reads another variable than most of them."""
    return {"AWS_REGION": region.name, "AWS_DEFAULT_REGION": region.name}


def variables(environment: Environment, region: Region) -> dict[str, str]:
    """Environment variables of an application in one region: name -> value, none of which needs quotes.

    Raises UserError where two keys make one name (`a-b` and `a_b`).
    """
    found = region_variables(region)
    owners: dict[str, str] = {}
    for parts, suffix, value in _variables(environment, region):
        name = "_".join([PREFIX, *(re.sub(r"[^A-Z0-9]", "_", part.upper()) for part in parts)]) + suffix
        owner = ".".join(parts)
        if owners.setdefault(name, owner) != owner:
            raise UserError(f"{owners[name]} and {owner} would both be {name}: use --format json")
        if not _PLAIN.fullmatch(value):
            raise UserError(f"{owner}: {value!r} needs quotes, which readers take differently: use json")
        found[name] = value
    return found


def _variables(environment: Environment, region: Region) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The parts of a variable's name, its ending, and its value."""
    yield ("environment",), "", environment.name
    for bucket in region.vector_buckets:
        yield ("bucket", bucket.key), "", bucket.name
        yield ("bucket", bucket.key), "_ARN", bucket_arn(environment, region, bucket)
        for index in bucket.indexes:
            yield ("index", bucket.key, index.key), "", index.name
            yield ("index", bucket.key, index.key), "_ARN", index_arn(environment, region, bucket, index)
    for access in environment.access:
        if access.knowledge_base is not None:
            continue
        yield ("policy", access.key), "_ARN", policy_arn(environment, access)
        if access.role:
            yield ("role", access.key), "_ARN", role_arn(environment, access.role)


def _bucket(environment: Environment, region: Region, bucket: VectorBucket) -> BucketOutput:
    encryption = bucket.encryption
    created = key_alias_arn(environment, region, bucket) if encryption.create_key else None
    return BucketOutput(
        bucket.key,
        bucket.name,
        bucket_arn(environment, region, bucket),
        created or encryption.kms_key_arn,
        tuple(_index(environment, region, bucket, index) for index in bucket.indexes),
    )


def _index(environment: Environment, region: Region, bucket: VectorBucket, index: Index) -> IndexOutput:
    return IndexOutput(
        index.address,
        index.name,
        index_arn(environment, region, bucket, index),
        index.dimension,
        index.distance_metric,
        tuple(index.non_filterable_metadata_keys),
    )


def _access(environment: Environment, access: Access) -> AccessOutput:
    role = role_arn(environment, access.role) if access.role else None
    return AccessOutput(access.key, policy_arn(environment, access), role)
