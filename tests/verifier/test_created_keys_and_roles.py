"""What the stacks create beside buckets and indexes: KMS keys and IAM roles."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from tests.model import ACCOUNT
from tests.verifier import samples
from tests.verifier.deployed import client, deploy, unique
from vectorform.desired.arns import ROLE_STATEMENTS, key_alias_arn, policy_arn
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Grant,
    Outputs,
    PodIdentity,
    Role,
    Statement,
)
from vectorform.desired.policies import indexing_statement
from vectorform.desired.trust import trust_policy
from vectorform.verifier.report import Finding
from vectorform.verifier.verify import verify

ROLE = Role(
    "sample-application-dev",
    ("lambda.amazonaws.com",),
    (ACCOUNT,),
    "sample-1",
    max_session_duration=7200,
    managed_policies=("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",),
    eks_pod_identity=PodIdentity("main", "search", "api", ("ap-southeast-2",)),
    statements=(Statement(sid="Embed", actions=("bedrock:InvokeModel",), resources=("*",)),),
)


def desired() -> Environment:
    bucket = samples.bucket(encryption=Encryption("aws:kms", create_key=True))
    plain = replace(bucket.indexes[0], encryption=Encryption())
    bucket = replace(bucket, indexes=(plain, *bucket.indexes[1:]))
    access = replace(samples.environment().access[0], role=ROLE)
    environment = samples.environment(bucket, access=(access,))
    told = Outputs("/sample/", {"model": "titan"})
    home = replace(environment.home, outputs=told)
    return unique(replace(environment, regions=(home, *environment.regions[1:])))


def one(findings: tuple[Finding, ...]) -> Finding:
    (finding,) = findings
    return finding


def role_of(access: Access) -> Role:
    assert access.role is not None
    return access.role


def test_what_was_created_is_as_the_file_says(aws: LocalAws) -> None:
    report = verify(deploy(desired()))
    assert report.findings == ()
    checked = [resource.type for resource in report.regions[0].checked]
    assert (checked.count("KMS key"), checked.count("IAM role")) == (1, 1)


def test_a_created_key_is_compared(aws: LocalAws) -> None:
    environment = deploy(desired())
    kms = client("kms", environment.home)
    alias = key_alias_arn(environment, environment.home, environment.home.vector_buckets[0])
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]

    kms.disable_key_rotation(KeyId=key)
    finding = one(verify(environment).findings)
    assert (str(finding.resource.type), finding.attribute, finding.fix) == (
        "KMS key",
        "rotation",
        "cdktf deploy dev",
    )
    kms.enable_key_rotation(KeyId=key)

    allowed = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    indexing = indexing_statement(environment, environment.home)
    kms.put_key_policy(
        KeyId=key,
        PolicyName="default",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed, indexing]}),
    )
    assert one(verify(environment).findings).attribute == "policy"


def test_a_bucket_under_another_key_than_the_created_one_is_found(aws: LocalAws) -> None:
    environment = deploy(desired())
    kms = client("kms", environment.home)
    alias = key_alias_arn(environment, environment.home, environment.home.vector_buckets[0])
    before = kms.describe_key(KeyId=alias)["KeyMetadata"]
    policy = kms.get_key_policy(KeyId=before["Arn"], PolicyName="default")["Policy"]
    other = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=other)
    kms.update_alias(AliasName=alias[alias.index("alias/") :], TargetKeyId=other)
    found = {(f.resource.type, f.attribute): f.expected for f in verify(environment).findings}
    assert found.pop(("parameter", "value")) == other
    assert {name: expected["kms_key_arn"] for name, expected in found.items()} == {
        ("vector bucket", "encryption"): other,
        ("index", "encryption"): other,
    }


def test_a_missing_key_is_missing_and_the_bucket_is_not(aws: LocalAws) -> None:
    environment = deploy(desired())
    kms = client("kms", environment.home)
    alias = key_alias_arn(environment, environment.home, environment.home.vector_buckets[0])
    kms.delete_alias(AliasName=alias[alias.index("alias/") :])
    kinds = {(finding.resource.type, finding.kind) for finding in verify(environment).findings}
    assert kinds == {
        ("KMS key", "missing"),
        ("vector bucket", "different"),
        ("index", "different"),
        ("parameter", "different"),
    }


def test_a_role_is_compared(aws: LocalAws) -> None:
    environment = deploy(desired())
    iam, access = client("iam", environment.home), environment.access[0]
    role = role_of(access)
    iam.detach_role_policy(RoleName=role.name, PolicyArn=policy_arn(environment, access))
    iam.update_assume_role_policy(
        RoleName=role.name,
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                    "Action": "sts:AssumeRole",
                },
            }
        ),
    )
    iam.tag_role(RoleName=role.name, Tags=[{"Key": "Team", "Value": "other"}])
    iam.update_role(RoleName=role.name, Description=access.description, MaxSessionDuration=3600)
    other = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    named = {"RoleName": role.name, "PolicyName": ROLE_STATEMENTS}
    iam.put_role_policy(**named, PolicyDocument=json.dumps(other))
    found = {(finding.resource.type, finding.attribute) for finding in verify(environment).findings}
    assert found == {
        ("IAM role", "trust policy"),
        ("IAM role", "attached policy"),
        ("IAM role", "max_session_duration"),
        ("IAM role", "statements"),
        ("IAM role", "tags.Team"),
    }
    for arn in role.managed_policies:
        iam.detach_role_policy(RoleName=role.name, PolicyArn=arn)
    iam.delete_role_policy(**named)
    found = {(finding.resource.type, finding.attribute) for finding in verify(environment).findings}
    assert ("IAM role", "statements") in found
    iam.delete_role(RoleName=role.name)
    finding = one(verify(environment).findings)
    assert (finding.resource.type, finding.kind) == ("IAM role", "missing")


def test_parameters_are_compared(aws: LocalAws) -> None:
    environment = deploy(desired())
    outputs, ssm = environment.home.outputs, client("ssm", environment.home)
    assert outputs is not None
    ssm.put_parameter(Name=f"{outputs.path}model", Value="other", Overwrite=True)
    finding = one(verify(environment).findings)
    assert (finding.resource.type, finding.attribute) == ("parameter", "value")
    ssm.delete_parameter(Name=f"{outputs.path}model")
    finding = one(verify(environment).findings)
    assert (finding.resource.type, finding.kind) == ("parameter", "missing")


def test_the_pods_of_a_role_are_compared(aws: LocalAws) -> None:
    environment = deploy(desired())
    pods, eks = role_of(environment.access[0]).eks_pod_identity, client("eks", environment.home)
    assert pods is not None
    whose = {"namespace": pods.namespace, "serviceAccount": pods.service_account}
    (association,) = eks.list_pod_identity_associations(clusterName="main", **whose)["associations"]
    which = {"clusterName": "main", "associationId": association["associationId"]}
    name = f"{role_of(environment.access[0]).name}-2"
    trust = json.dumps(trust_policy(environment, role_of(environment.access[0])))
    client("iam", environment.home).create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    eks.update_pod_identity_association(**which, roleArn=f"arn:aws:iam::{ACCOUNT}:role/{name}")
    finding = one(verify(environment).findings)
    assert (finding.resource.type, finding.attribute) == ("pod identity association", "role")
    eks.delete_pod_identity_association(**which)
    finding = one(verify(environment).findings)
    assert (finding.resource.type, finding.kind) == ("pod identity association", "missing")


def test_the_role_may_use_its_bucket_and_key_and_no_other(aws: LocalAws) -> None:
    """The policy of the access entry, enforced: through the alias of the key that nobody knew before."""
    environment = desired()
    bucket = environment.home.vector_buckets[0]
    foreign = replace(samples.bucket("foreign"), encryption=bucket.encryption)
    environment = unique(
        replace(environment, regions=(replace(environment.home, vector_buckets=(bucket, foreign)),))
    )
    bucket, foreign = deploy(environment).home.vector_buckets
    assert environment.access[0].grants == (Grant("knowledge"),)
    role = role_of(environment.access[0])
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role.name}"
    sts = client("sts", environment.home)
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        sts.assume_role(RoleArn=arn, RoleSessionName="application")
    session = sts.assume_role(RoleArn=arn, RoleSessionName="application", ExternalId="sample-1")
    keys = session["Credentials"]
    application = boto3.client(
        "s3vectors",
        region_name=environment.home.name,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    vectors = [{"key": "a", "data": {"float32": [1.0] * 8}}]
    for index in bucket.indexes:
        application.put_vectors(vectorBucketName=bucket.name, indexName=index.name, vectors=vectors)
    with pytest.raises(ClientError, match="not authorized to perform: s3vectors:PutVectors"):
        application.put_vectors(vectorBucketName=foreign.name, indexName="index-0", vectors=vectors)

    kms = client("kms", environment.home)
    kms.delete_alias(AliasName=f"alias/s3vectors/{bucket.name}")
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey"):
        application.put_vectors(vectorBucketName=bucket.name, indexName="index-1", vectors=vectors)
