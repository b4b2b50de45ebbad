"""Makes AWS what a desired state says, call by call: what an apply leaves behind."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
from dataclasses import replace
from typing import Any

import boto3

from vectorform.desired import bedrock
from vectorform.desired.arns import ROLE_STATEMENTS, bucket_arn, key_alias, policy_arn, role_arn
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Index,
    KnowledgeBase,
    Outputs,
    PodIdentity,
    Region,
    Role,
    VectorBucket,
)
from vectorform.desired.parameters import Parameter, parameters
from vectorform.desired.policies import access_policy, bucket_policy, has_role_policy, key_policy, role_policy
from vectorform.desired.trust import trust_policy


def unique(environment: Environment) -> Environment:
    """The same environment under names that no other test uses."""
    token = secrets.token_hex(4)
    regions = tuple(
        replace(
            region,
            vector_buckets=tuple(
                replace(bucket, name=f"{bucket.name}-{token}") for bucket in region.vector_buckets
            ),
            outputs=replace(region.outputs, path=f"{region.outputs.path}{token}/")
            if region.outputs
            else None,
            knowledge_bases=tuple(replace(of, name=f"{of.name}-{token}") for of in region.knowledge_bases),
        )
        for region in environment.regions
    )
    access = tuple(
        replace(
            one,
            policy_name=f"{one.policy_name}-{token}",
            role=_unique_role(one.role, token) if one.role else None,
        )
        for one in environment.access
    )
    return replace(environment, regions=regions, access=access)


def _unique_outputs(outputs: Outputs, token: str) -> Outputs:
    return replace(outputs, path=f"{outputs.path}{token}/")


def _unique_role(role: Role, token: str) -> Role:
    pods = role.eks_pod_identity
    if pods is not None:
        pods = replace(pods, service_account=f"{pods.service_account}-{token}")
    return replace(role, name=f"{role.name}-{token}", eks_pod_identity=pods)


def deploy(environment: Environment) -> Environment:
    """Create everything, and give the environment back."""
    for region in environment.regions:
        for bucket in region.vector_buckets:
            deploy_bucket(environment, region, bucket)
    for access in environment.access:
        deploy_access(environment, access)
    for region in environment.regions:
        for of in region.knowledge_bases:
            deploy_knowledge_base(environment, region, of)
        for parameter in parameters(environment, region):
            deploy_parameter(region, parameter)
    return environment


def deploy_parameter(region: Region, parameter: Parameter) -> None:
    value = parameter.value
    if parameter.knowledge_base:
        listed = client("bedrock-agent", region).list_knowledge_bases()["knowledgeBaseSummaries"]
        value = next(of["knowledgeBaseId"] for of in listed if of["name"] == value)
    elif parameter.reference:
        alias = value[value.index("alias/") :]
        value = client("kms", region).describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
    client("ssm", region).put_parameter(Name=parameter.name, Value=value, Type="String")


def client(service: Any, region: Region) -> Any:
    """A plain client, with none of the verifier's guards."""
    return _client(service, region.name, os.environ["AWS_ENDPOINT_URL"])


@functools.cache
def _client(service: Any, region: str, endpoint: str) -> Any:
    return boto3.client(service, region_name=region, endpoint_url=endpoint)


def deploy_bucket(environment: Environment, region: Region, bucket: VectorBucket) -> None:
    s3vectors = client("s3vectors", region)
    encryption = bucket.encryption
    if encryption.create_key:
        encryption = Encryption("aws:kms", create_key(environment, region, bucket))
    s3vectors.create_vector_bucket(
        vectorBucketName=bucket.name,
        tags={**environment.tags, **bucket.tags},
        encryptionConfiguration=_encryption(encryption),
    )
    for index in bucket.indexes:
        deploy_index(environment, region, bucket, index)
    policy = json.dumps(bucket_policy(environment, region, bucket))
    s3vectors.put_vector_bucket_policy(vectorBucketName=bucket.name, policy=policy)


def create_key(environment: Environment, region: Region, bucket: VectorBucket) -> str:
    kms = client("kms", region)
    arn: str = kms.create_key(Policy=json.dumps(key_policy(environment, region)))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=arn)
    kms.create_alias(AliasName=key_alias(bucket), TargetKeyId=arn)
    return arn


def deploy_index(environment: Environment, region: Region, bucket: VectorBucket, index: Index) -> None:
    more: dict[str, Any] = {}
    if index.non_filterable_metadata_keys:
        keys = list(index.non_filterable_metadata_keys)
        more["metadataConfiguration"] = {"nonFilterableMetadataKeys": keys}
    if index.encryption:
        more["encryptionConfiguration"] = _encryption(index.encryption)
    client("s3vectors", region).create_index(
        vectorBucketName=bucket.name,
        indexName=index.name,
        dimension=index.dimension,
        distanceMetric=index.distance_metric,
        dataType=index.data_type,
        tags={**environment.tags, **index.tags},
        **more,
    )


def deploy_access(environment: Environment, access: Access) -> None:
    if access.grants:
        deploy_policy(environment, access)
    if access.role is not None:
        deploy_role(environment, access, access.role)


def deploy_policy(environment: Environment, access: Access) -> None:
    client("iam", environment.home).create_policy(
        PolicyName=access.policy_name,
        Path=access.path,
        PolicyDocument=json.dumps(access_policy(environment, access)),
        Description=access.description,
        Tags=_iam_tags(environment, access),
    )


def deploy_role(environment: Environment, access: Access, role: Role) -> None:
    iam = client("iam", environment.home)
    bounded = {"PermissionsBoundary": role.permissions_boundary} if role.permissions_boundary else {}
    iam.create_role(
        RoleName=role.name,
        Path=role.path,
        MaxSessionDuration=role.max_session_duration,
        AssumeRolePolicyDocument=json.dumps(trust_policy(environment, role)),
        Description=access.description,
        Tags=_iam_tags(environment, access),
        **bounded,
    )
    own = [policy_arn(environment, access)] if access.grants else []
    for arn in (*own, *role.managed_policies):
        iam.attach_role_policy(RoleName=role.name, PolicyArn=arn)
    if has_role_policy(environment, access):
        document = json.dumps(role_policy(environment, access))
        iam.put_role_policy(RoleName=role.name, PolicyName=ROLE_STATEMENTS, PolicyDocument=document)
    for region in role.eks_pod_identity.regions if role.eks_pod_identity else ():
        deploy_pods(environment, environment.region(region), access, role.eks_pod_identity)


def deploy_pods(environment: Environment, region: Region, access: Access, pods: PodIdentity | None) -> None:
    assert pods is not None and access.role is not None
    eks = client("eks", region)
    with contextlib.suppress(eks.exceptions.ResourceInUseException):
        eks.create_cluster(
            name=pods.cluster, roleArn=role_arn(environment, access.role), resourcesVpcConfig={}
        )
    eks.create_pod_identity_association(
        clusterName=pods.cluster,
        namespace=pods.namespace,
        serviceAccount=pods.service_account,
        roleArn=role_arn(environment, access.role),
        tags={**environment.tags, **access.tags},
    )


def deploy_knowledge_base(environment: Environment, region: Region, of: KnowledgeBase) -> None:
    agent = client("bedrock-agent", region)
    request = bedrock.knowledge_base(environment, region, of)
    made = agent.create_knowledge_base(**request, tags={**environment.tags, **of.tags})
    base = made["knowledgeBase"]["knowledgeBaseId"]
    for source in of.data_sources:
        agent.create_data_source(knowledgeBaseId=base, **bedrock.data_source(environment, region, source))


class Hands:
    """Changes by hand, behind Terraform's back, to the first bucket of an environment's home region."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.region = environment.home
        self.bucket = environment.home.vector_buckets[0]
        self.arn = bucket_arn(environment, self.region, self.bucket)
        self.s3vectors = client("s3vectors", self.region)
        self.iam = client("iam", self.region)
        self.policy = policy_arn(environment, environment.access[0])

    def delete_index(self, number: int = 0) -> None:
        self.s3vectors.delete_index(
            vectorBucketName=self.bucket.name, indexName=self.bucket.indexes[number].name
        )

    def recreate_index(self, **changes: Any) -> None:
        self.delete_index()
        deploy_index(self.environment, self.region, self.bucket, replace(self.bucket.indexes[0], **changes))

    def create_index(self, name: str) -> None:
        index = replace(self.bucket.indexes[0], name=name)
        deploy_index(self.environment, self.region, self.bucket, index)

    def tag(self, path: str = "", **tags: str) -> None:
        self.s3vectors.tag_resource(resourceArn=self.arn + path, tags=tags)

    def untag(self, path: str, *keys: str) -> None:
        self.s3vectors.untag_resource(resourceArn=self.arn + path, tagKeys=list(keys))

    def put_policy(self, document: dict[str, Any]) -> None:
        self.s3vectors.put_vector_bucket_policy(
            vectorBucketName=self.bucket.name, policy=json.dumps(document)
        )

    def delete_bucket(self) -> None:
        for number in range(len(self.bucket.indexes)):
            self.delete_index(number)
        self.s3vectors.delete_vector_bucket(vectorBucketName=self.bucket.name)

    def new_policy_version(self, document: dict[str, Any]) -> None:
        self.iam.create_policy_version(
            PolicyArn=self.policy, PolicyDocument=json.dumps(document), SetAsDefault=True
        )


def _iam_tags(environment: Environment, access: Access) -> Any:
    return [{"Key": key, "Value": value} for key, value in {**environment.tags, **access.tags}.items()]


def _encryption(encryption: Encryption) -> dict[str, str]:
    document: dict[str, str] = {"sseType": encryption.sse_type}
    if encryption.kms_key_arn:
        document["kmsKeyArn"] = encryption.kms_key_arn
    return document
