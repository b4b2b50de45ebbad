"""Amazon Resource Names from names alone: no data source, no reference, hence no dependency cycle.

Forms: Service Authorization Reference, "Resource types defined by Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.model import Access, Environment, Index, Region, Role, VectorBucket

# Region prefix -> partition (botocore's partitions.json); every other region is in "aws".
_PARTITION_BY_PREFIX = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
# The name of the policy within a role that has the role's own statements.
ROLE_STATEMENTS = "statements"


def partition(region: str) -> str:
    """The partition that a region belongs to: `aws`, `aws-cn`, `aws-us-gov`, ..."""
    for prefix, name in _PARTITION_BY_PREFIX.items():
        if region.startswith(prefix):
            return name
    return "aws"


def bucket_arn(environment: Environment, region: Region, bucket: VectorBucket) -> str:
    """The ARN of a vector bucket."""
    service = f"arn:{partition(region.name)}:s3vectors:{region.name}"
    return f"{service}:{environment.account_id}:bucket/{bucket.name}"


def index_arn(environment: Environment, region: Region, bucket: VectorBucket, index: Index) -> str:
    """The ARN of an index. Vectors have none: IAM ends at the index."""
    return f"{bucket_arn(environment, region, bucket)}/index/{index.name}"


def key_alias(bucket: VectorBucket) -> str:
    """The alias of the KMS key that is created for a vector bucket; known before the key is."""
    return f"alias/s3vectors/{bucket.name}"


def alias_arn(environment: Environment, region: Region, alias: str) -> str:
    """The ARN of the alias of a KMS key."""
    service = f"arn:{partition(region.name)}:kms:{region.name}"
    return f"{service}:{environment.account_id}:{alias}"


def any_key_arn(environment: Environment, region: Region) -> str:
    """The pattern of all KMS keys of the account in a region."""
    return f"arn:{partition(region.name)}:kms:{region.name}:{environment.account_id}:key/*"


def policy_arn(environment: Environment, access: Access) -> str:
    """The ARN of the managed policy of an access entry; IAM is global, so it carries no region."""
    home = partition(environment.home.name)
    return f"arn:{home}:iam::{environment.account_id}:policy{access.path}{access.policy_name}"


def role_arn(environment: Environment, role: Role) -> str:
    """The ARN of the role of an access entry."""
    home = partition(environment.home.name)
    return f"arn:{home}:iam::{environment.account_id}:role{role.path}{role.name}"


def granted_index_arns(
    environment: Environment,
    region: Region,
    bucket: VectorBucket,
    index_keys: tuple[str, ...] | None,
    prefix: str | None = None,
) -> Iterator[str]:
    """The ARNs of the indexes with these keys, or of names with a prefix, or of all there will ever be."""
    if index_keys is None:
        yield f"{bucket_arn(environment, region, bucket)}/index/{prefix or ''}*"
        return
    for index in bucket.indexes:
        if index.key in index_keys:
            yield index_arn(environment, region, bucket, index)
