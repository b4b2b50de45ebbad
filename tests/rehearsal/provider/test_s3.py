"""Buckets of S3 and what stands beside them, as Terraform drives them, against the local AWS."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.provider.terraform_core import Core, Refused
from vectorform.rehearsal.provider.values import Object, conform

_NUMBERS = itertools.count()
MakeCore = Callable[[str], Core]
MakeClient = Callable[..., Any]


def is_empty_plan(core: Core, config: Object, state: Object) -> bool:
    return core.plan(conform(config, core.block), state) == (state, False)


@pytest.fixture
def bucket(client: MakeClient) -> str:
    name = f"beside-{next(_NUMBERS)}"
    location = {"LocationConstraint": "ap-southeast-2"}
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=location)
    return name


def test_a_bucket(core: MakeCore, client: MakeClient) -> None:
    buckets, s3 = core("aws_s3_bucket"), client("s3")
    config: Object = {"bucket": f"example-docs-{next(_NUMBERS)}", "tags": {"team": "docs"}}
    state = buckets.apply(config)
    assert state and state["id"] == config["bucket"]
    assert state["arn"] == f"arn:aws:s3:::{config['bucket']}"
    assert state["tags_all"] == {"e": "dev", "team": "docs"}
    assert is_empty_plan(buckets, config, state)
    assert buckets.read(state) == state
    assert buckets.import_(state["id"]) == state
    changed = buckets.apply(config | {"force_destroy": True, "tags": None}, state)
    assert changed and s3.get_bucket_tagging(Bucket=state["id"])["TagSet"] == [{"Key": "e", "Value": "dev"}]
    s3.put_bucket_versioning(Bucket=state["id"], VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        s3.put_object(Bucket=state["id"], Key="a", Body=b"text")
    s3.delete_object(Bucket=state["id"], Key="a")
    seen = buckets.read(changed)
    assert seen and seen["versioning"] == [{"enabled": True, "mfa_delete": False}]
    assert is_empty_plan(buckets, config | {"force_destroy": True, "tags": None}, seen)
    with pytest.raises(Refused, match="BucketNotEmpty"):
        buckets.apply(None, seen | {"force_destroy": False})
    assert buckets.apply(None, seen) is None
    assert buckets.read(seen) is None
    prefixed = buckets.apply({"bucket_prefix": "example-"})
    assert prefixed and prefixed["bucket"].startswith("example-") and len(prefixed["bucket"]) == 34


def test_deprecated_arguments_of_a_bucket_are_named(core: MakeCore) -> None:
    with pytest.raises(Refused, match="does not have the deprecated versioning of aws_s3_bucket"):
        core("aws_s3_bucket").apply({"bucket": "example", "versioning": [{"enabled": True}]})


def test_versioning(core: MakeCore, client: MakeClient, bucket: str) -> None:
    versioning, s3 = core("aws_s3_bucket_versioning"), client("s3")
    config: Object = {"bucket": bucket, "versioning_configuration": [{"status": "Enabled"}]}
    state = versioning.apply(config)
    assert state and s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert versioning.read(state) == state
    assert versioning.import_(bucket)["versioning_configuration"] == state["versioning_configuration"]
    assert versioning.apply(None, state) is None
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_public_access_block(core: MakeCore, client: MakeClient, bucket: str) -> None:
    blocks, s3 = core("aws_s3_bucket_public_access_block"), client("s3")
    config: Object = {"bucket": bucket, "block_public_acls": True, "block_public_policy": True}
    state = blocks.apply(config)
    assert state and state["id"] == bucket and state["ignore_public_acls"] is False
    assert is_empty_plan(blocks, config, state)
    assert blocks.read(state) == state
    changed = blocks.apply(config | {"restrict_public_buckets": True}, state)
    found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found["RestrictPublicBuckets"] and not found["IgnorePublicAcls"]
    assert blocks.apply(None, changed) is None
    assert changed and blocks.read(changed) is None


def test_encryption(core: MakeCore, client: MakeClient, bucket: str) -> None:
    encryption, s3 = core("aws_s3_bucket_server_side_encryption_configuration"), client("s3")
    default = {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/aws/s3"}
    rule = {"apply_server_side_encryption_by_default": [default], "bucket_key_enabled": True}
    state = encryption.apply({"bucket": bucket, "rule": [rule]})
    assert state and encryption.read(state) == state
    [found] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert found["BucketKeyEnabled"] and found["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": "alias/aws/s3",
    }
    assert encryption.import_(bucket)["rule"] == state["rule"]
    assert encryption.apply(None, state) is None


def test_a_policy(core: MakeCore, bucket: str) -> None:
    policies = core("aws_s3_bucket_policy")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    config: Object = {
        "bucket": bucket,
        "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }
    state = policies.apply(config)
    assert state and is_empty_plan(policies, config, state)
    assert policies.read(state) == state
    assert policies.import_(bucket)["id"] == bucket
    assert policies.apply(None, state) is None
    assert policies.read(state) is None


def test_an_object(core: MakeCore, client: MakeClient, bucket: str, tmp_path: Path) -> None:
    objects, s3 = core("aws_s3_object"), client("s3")
    config: Object = {"bucket": bucket, "key": "docs/a.txt", "content": "one", "content_type": "text/plain"}
    state = objects.apply(config)
    assert state and state["id"] == "docs/a.txt"
    assert state["arn"] == f"arn:aws:s3:::{bucket}/docs/a.txt"
    assert is_empty_plan(objects, config, state)
    assert objects.read(state) == state
    changed = objects.apply(config | {"content": "two", "tags": {"a": "b"}}, state)
    assert changed and changed["etag"] != state["etag"] and changed["tags_all"] == {"e": "dev", "a": "b"}
    tagged = objects.apply(config | {"content": "two", "tags": {"a": "c"}}, changed)
    assert tagged and tagged["etag"] == changed["etag"] and tagged["tags"] == {"a": "c"}
    file = tmp_path / "a.txt"
    file.write_text("three")
    sourced = {name: value for name, value in config.items() if name != "content"} | {"source": str(file)}
    from_file = objects.apply(sourced, tagged)
    assert s3.get_object(Bucket=bucket, Key="docs/a.txt")["Body"].read() == b"three"
    encoded = base64.b64encode(b"four").decode()
    other = objects.apply({"bucket": bucket, "key": "b", "content_base64": encoded})
    assert other and s3.get_object(Bucket=bucket, Key="b")["Body"].read() == b"four"
    assert objects.import_(f"s3://{bucket}/b")["etag"] == other["etag"]
    with pytest.raises(Refused, match="opening S3 object source"):
        objects.apply({"bucket": bucket, "key": "c", "source": str(tmp_path / "absent")})
    with pytest.raises(Refused, match="should be in format"):
        objects.import_("b")
    assert objects.apply(None, from_file) is None
    assert from_file and objects.read(from_file) is None
