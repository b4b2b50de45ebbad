"""Encryption with a brought key: on the bucket, on an index, and the key itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from s3vectors_local.process import LocalAws
from tests.model import ACCOUNT
from tests.verifier import samples
from tests.verifier.deployed import client, deploy, unique
from vectorform.desired.model import Encryption, Environment
from vectorform.desired.policies import indexing_statement
from vectorform.verifier.formats.wording import sentence
from vectorform.verifier.verify import verify

HOME = samples.environment().home


def key(policy: bool = True) -> str:
    environment = samples.environment()
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    statements = [root, indexing_statement(environment, HOME)] if policy else [root]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    arn: str = client("kms", HOME).create_key(Policy=document)["KeyMetadata"]["Arn"]
    return arn


def encrypted(arn: str) -> Environment:
    """The bucket under the key, one index under SSE-S3, one as the bucket."""
    plain = samples.bucket()
    first, second = plain.indexes
    bucket = replace(
        plain,
        encryption=Encryption("aws:kms", arn),
        indexes=(replace(first, encryption=Encryption()), second),
    )
    return unique(samples.environment(bucket))


def test_encryption_is_compared_at_both_levels(aws: LocalAws) -> None:
    environment = deploy(encrypted(key()))
    report = verify(environment)
    assert (report.findings, report.calls["GetKeyPolicy"]) == ((), 1)

    plain = replace(environment.home.vector_buckets[0], encryption=Encryption())
    changed = replace(environment, regions=(replace(environment.home, vector_buckets=(plain,)),), access=())
    report = verify(changed)
    found = {
        (finding.resource.key, finding.attribute, finding.actual["sse_type"]) for finding in report.findings
    }
    assert found == {
        ("knowledge", "encryption", "aws:kms"),
        ("knowledge/index-1", "encryption", "aws:kms"),
    }


@pytest.mark.parametrize("trouble", ["policy", "state"])
def test_a_key_that_s3_vectors_cannot_use(trouble: str, aws: LocalAws) -> None:
    arn = key()
    environment = deploy(encrypted(arn))
    kms: Any = client("kms", HOME)
    if trouble == "state":
        kms.disable_key(KeyId=arn.rpartition("/")[2])
    else:
        statement = {**indexing_statement(environment, HOME), "Action": "kms:Encrypt"}
        root = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [root, statement]}
        kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(document))
    (finding,) = verify(environment).findings
    assert (finding.kind, finding.resource.type, finding.attribute) == ("different", "KMS key", trouble)
    assert arn in finding.fix and finding.resource.source


@pytest.mark.parametrize("source", ["bucket/*/index/*", "bucket/{bucket}"])
def test_a_key_that_may_not_let_s3_vectors_index_is_a_warning(source: str, aws: LocalAws) -> None:
    """The service may name the index or the bucket: an index is made, and the deploy ends well."""
    arn = key()
    environment = encrypted(arn)
    own = f"arn:aws:s3vectors:{HOME.name}:{ACCOUNT}:"
    condition = {
        "ArnLike": {"aws:SourceArn": own + source.format(bucket=environment.home.vector_buckets[0].name)}
    }
    statement = {**indexing_statement(environment, HOME), "Action": "kms:Decrypt", "Condition": condition}
    root = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [root, statement]})
    client("kms", HOME).put_key_policy(KeyId=arn, PolicyName="default", Policy=text)
    report = verify(deploy(environment))
    (finding,) = report.findings
    assert (report.exit_code, finding.severity) == (0, "warning")
    assert "its policy may not let indexing.s3vectors.amazonaws.com decrypt; it needs: {" in sentence(finding)


def test_a_key_that_is_gone(aws: LocalAws) -> None:
    environment = deploy(encrypted(key()))
    bucket = environment.home.vector_buckets[0]
    other = f"arn:aws:kms:{HOME.name}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
    bucket = replace(bucket, encryption=Encryption("aws:kms", other))
    report = verify(replace(environment, regions=(replace(HOME, vector_buckets=(bucket,)),)))
    assert ("missing", "KMS key") in {(finding.kind, finding.resource.type) for finding in report.findings}
