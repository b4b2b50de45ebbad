"""The resources that the desired state says should exist, each with its ARN, Terraform address and source."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired import kinds
from vectorform.desired.addresses import (
    access_policy_address,
    access_role_address,
    data_source_address,
    encryption_key_address,
    index_address,
    knowledge_base_address,
    parameter_address,
    pod_identity_address,
    unknown_index_address,
    vector_bucket_address,
    vector_bucket_policy_address,
)
from vectorform.desired.arns import alias_arn, bucket_arn, index_arn, partition, policy_arn, role_arn
from vectorform.desired.created_keys import created_keys as created_keys_of
from vectorform.desired.model import (
    Access,
    DataSource,
    Environment,
    Index,
    Key,
    KnowledgeBase,
    PodIdentity,
    Region,
    Role,
    VectorBucket,
)
from vectorform.desired.parameters import Parameter, parameter_arn, parameters
from vectorform.verifier.report import Resource


def inventory(environment: Environment, region: Region) -> Iterator[Resource]:
    """Everything that the stack of `region` deploys, in the file's order, and the keys that it uses."""
    for bucket in region.vector_buckets:
        yield of_bucket(environment, region, bucket)
        yield of_bucket_policy(environment, region, bucket)
        for index in bucket.indexes:
            yield of_index(environment, region, bucket, index)
    if region.name == environment.home.name:
        for access in environment.access:
            if access.grants:
                yield of_access(environment, access)
            if access.role is not None:
                yield of_role(environment, access, access.role)
    for access, _, pods in environment.pods_in(region):
        yield of_pods(environment, region, access, pods)
    for parameter in parameters(environment, region):
        yield of_parameter(environment, region, parameter)
    for of in region.knowledge_bases:
        yield of_knowledge_base(environment, region, of)
        for source in of.data_sources:
            yield of_data_source(environment, region, of, source)
    yield from keys(region)
    yield from created_keys(environment, region)


def of_account(environment: Environment, region: Region) -> Resource:
    """The account that the environment belongs to."""
    arn = f"arn:{partition(region.name)}:iam::{environment.account_id}:root"
    return Resource("account", environment.account_id, arn, region.name, None, environment.source)


def of_bucket(environment: Environment, region: Region, bucket: VectorBucket) -> Resource:
    """A vector bucket."""
    return Resource(
        type=kinds.VECTOR_BUCKET.noun,
        key=bucket.key,
        arn=bucket_arn(environment, region, bucket),
        region=region.name,
        terraform_address=vector_bucket_address(bucket),
        source=bucket.source,
        summary=bucket.name,
    )


def of_bucket_policy(environment: Environment, region: Region, bucket: VectorBucket) -> Resource:
    """The policy of a vector bucket. It has no ARN of its own: Terraform knows it by the bucket's."""
    arn = bucket_arn(environment, region, bucket)
    address = vector_bucket_policy_address(bucket)
    return Resource(kinds.VECTOR_BUCKET_POLICY.noun, bucket.key, arn, region.name, address, bucket.source)


def of_index(environment: Environment, region: Region, bucket: VectorBucket, index: Index) -> Resource:
    """An index."""
    return Resource(
        type=kinds.INDEX.noun,
        key=index.address,
        arn=index_arn(environment, region, bucket, index),
        region=region.name,
        terraform_address=index_address(bucket, index),
        source=index.source,
        summary=f"{index.dimension} dimensions, {index.distance_metric}",
    )


def of_unknown_index(environment: Environment, region: Region, bucket: VectorBucket, name: str) -> Resource:
    """An index that is in AWS, but not in the configuration, as if the file called it by its name."""
    arn = f"{bucket_arn(environment, region, bucket)}/index/{name}"
    key = f"{bucket.key}/{name}"
    return Resource(
        kinds.INDEX.noun, key, arn, region.name, unknown_index_address(bucket, name), bucket.source
    )


def of_access(environment: Environment, access: Access) -> Resource:
    """The IAM policy of an access entry; it is deployed with the home region."""
    return Resource(
        type=kinds.IAM_POLICY.noun,
        key=access.key,
        arn=policy_arn(environment, access),
        region=environment.home.name,
        terraform_address=access_policy_address(access),
        source=access.source,
        summary=access.summary,
    )


def of_pods(environment: Environment, region: Region, access: Access, pods: PodIdentity) -> Resource:
    """The association of an access entry's role with pods, in a region that has the cluster.

    Its ARN ends in an id that EKS gives: it is named by what it associates.
    """
    eks = f"arn:{partition(region.name)}:eks:{region.name}:{environment.account_id}"
    return Resource(
        type=kinds.EKS_POD_IDENTITY_ASSOCIATION.noun,
        key=access.key,
        arn=f"{eks}:podidentityassociation/{pods.cluster}/{pods.namespace}/{pods.service_account}",
        region=region.name,
        terraform_address=pod_identity_address(access),
        source=access.source,
    )


def of_parameter(environment: Environment, region: Region, parameter: Parameter) -> Resource:
    """A parameter of a region; its name is its key."""
    return Resource(
        type=kinds.SSM_PARAMETER.noun,
        key=parameter.name,
        arn=parameter_arn(environment, region, parameter.name),
        region=region.name,
        terraform_address=parameter_address(parameter.name),
        source=region.outputs.source if region.outputs else None,
    )


def of_knowledge_base(environment: Environment, region: Region, of: KnowledgeBase) -> Resource:
    """A knowledge base. Its ARN ends in an id that Bedrock gives: it is named by its name."""
    service = f"arn:{partition(region.name)}:bedrock:{region.name}"
    return Resource(
        type=kinds.KNOWLEDGE_BASE.noun,
        key=of.key,
        arn=f"{service}:{environment.account_id}:knowledge-base/{of.name}",
        region=region.name,
        terraform_address=knowledge_base_address(of),
        source=of.source,
        summary=of.embedding_model,
    )


def of_data_source(
    environment: Environment, region: Region, of: KnowledgeBase, source: DataSource
) -> Resource:
    """A data source, which has no ARN of its own: it is named by its knowledge base and its name."""
    return Resource(
        type=kinds.DATA_SOURCE.noun,
        key=f"{of.key}/{source.key}",
        arn=f"{of_knowledge_base(environment, region, of).arn}/{source.name}",
        region=region.name,
        terraform_address=data_source_address(of, source),
        source=source.source,
        summary=f"s3://{source.bucket}/{source.prefix or ''}",
    )


def of_role(environment: Environment, access: Access, role: Role) -> Resource:
    """The IAM role of an access entry; it is deployed with the home region."""
    return Resource(
        type=kinds.IAM_ROLE.noun,
        key=access.key,
        arn=role_arn(environment, role),
        region=environment.home.name,
        terraform_address=access_role_address(access),
        source=access.source,
    )


def keys(region: Region) -> Iterator[Resource]:
    """Every KMS key that the file names in this region, once: brought along, not managed by these stacks."""
    seen: set[str] = set()
    for bucket in region.vector_buckets:
        named = [(bucket.encryption, bucket.source)]
        named += [(index.encryption, index.source) for index in bucket.indexes if index.encryption]
        for encryption, source in named:
            arn = encryption.kms_key_arn
            if arn and arn not in seen:
                seen.add(arn)
                yield Resource(kinds.KMS_KEY.noun, arn.rpartition("/")[2], arn, region.name, None, source)


def created_keys(environment: Environment, region: Region) -> Iterator[Resource]:
    """The KMS keys that the stack creates, by their aliases."""
    for name, key in created_keys_of(region).items():
        yield of_created_key(environment, region, name, key)


def of_created_key(environment: Environment, region: Region, name: str, key: Key) -> Resource:
    """A KMS key that the stack creates, by its alias."""
    return Resource(
        type=kinds.KMS_KEY.noun,
        key=name,
        arn=alias_arn(environment, region, key.alias),
        region=region.name,
        terraform_address=encryption_key_address(name, key),
        source=key.source,
    )
