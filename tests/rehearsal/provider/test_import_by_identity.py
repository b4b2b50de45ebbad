"""Imports by the identity of a resource: by the protocol, and by a Terraform that knows it (from 1.12 on)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.rehearsal.provider.conftest import REGION, Terraform
from tests.rehearsal.provider.terraform_core import Core, Refused, check, message
from tests.rehearsal.terraforming import ACCOUNT, others
from vectorform.rehearsal.provider.identities import IDENTITIES
from vectorform.rehearsal.provider.messages import SERVICE, pb
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import Object, decode

OTHER_REGION = "eu-west-1"
SHAPE: dict[str, Any] = {"dataType": "float32", "dimension": 2, "distanceMetric": "euclidean"}
_LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [_LAMBDA]})
_GET = {"Effect": "Allow", "Action": "s3vectors:GetIndex", "Resource": "*"}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [_GET]})


def imported(core: Core, identity: Object) -> tuple[Object, Object]:
    """State and identity as Terraform has them after an import and the read that follows."""
    request = pb.ImportResourceState.Request(
        type_name=core.type_name, identity=pb.ResourceIdentityData(identity_data=message(identity))
    )
    response = core.servicer.ImportResourceState(request, None)
    check(response.diagnostics)
    [found] = response.imported_resources
    assert found.identity == request.identity
    read = core.servicer.ReadResource(
        pb.ReadResource.Request(type_name=core.type_name, current_state=found.state), None
    )
    check(read.diagnostics)
    return decode(read.new_state.msgpack), decode(read.new_identity.identity_data.msgpack)


def test_identities_are_of_attributes_that_there_are() -> None:
    for type_name, identity in IDENTITIES.items():
        assert set(identity.required) <= set(provider_schema().resources[type_name].block.attributes)


def test_the_protocol_has_both_methods() -> None:
    assert {"GetResourceIdentitySchemas", "UpgradeResourceIdentity"} <= {m.name for m in SERVICE.methods}


def test_an_index_by_its_arn(core: Callable[[str], Core], client: Callable[..., Any]) -> None:
    arn = f"arn:aws:s3vectors:{OTHER_REGION}:{ACCOUNT}:bucket/by-identity/index/one"
    s3vectors = client("s3vectors", OTHER_REGION)
    s3vectors.create_vector_bucket(vectorBucketName="by-identity")
    s3vectors.create_index(vectorBucketName="by-identity", indexName="one", **SHAPE)
    state, identity = imported(core("aws_s3vectors_index"), {"index_arn": arn})
    assert (state["index_name"], state["dimension"], state["region"]) == ("one", 2, OTHER_REGION)
    assert identity == {"index_arn": arn}


@pytest.mark.parametrize("given", [{}, {"account_id": ACCOUNT, "region": OTHER_REGION}], ids=["least", "all"])
def test_a_key_by_its_id(core: Callable[[str], Core], client: Callable[..., Any], given: Object) -> None:
    region = given.get("region", REGION)
    key = client("kms", region).create_key()["KeyMetadata"]["KeyId"]
    state, identity = imported(core("aws_kms_key"), {"id": key, **given})
    assert state["arn"].endswith(key) and state["region"] == region
    assert identity == {"account_id": ACCOUNT, "region": region, "id": key}


def test_an_inline_policy_by_role_and_name(core: Callable[[str], Core], client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_role(RoleName="by-identity", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="by-identity", PolicyName="own", PolicyDocument=DOCUMENT)
    named = {"role": "by-identity", "name": "own"}
    state, identity = imported(core("aws_iam_role_policy"), named)
    assert state["id"] == "by-identity:own" and identity == {"account_id": ACCOUNT, **named}


def test_another_account_is_refused(core: Callable[[str], Core]) -> None:
    with pytest.raises(Refused, match="999999999999"):
        imported(core("aws_iam_role"), {"name": "deployer", "account_id": "999999999999"})
    arn = f"arn:aws:s3vectors:{REGION}:999999999999:bucket/by-identity"
    with pytest.raises(Refused, match="999999999999"):
        imported(core("aws_s3vectors_vector_bucket"), {"vector_bucket_arn": arn})


def test_a_saved_identity_is_read_again(core: Callable[[str], Core]) -> None:
    saved = b'{"name": "deployer", "account_id": "123456789012"}'
    request = pb.UpgradeResourceIdentity.Request(type_name="aws_iam_role", raw_identity=saved)
    upgraded = core("aws_iam_role").servicer.UpgradeResourceIdentity(request, None).upgraded_identity
    assert decode(upgraded.identity_data.msgpack) == json.loads(saved)


def knows_identities(binary: str) -> bool:
    version = subprocess.run([binary, "version", "-json"], capture_output=True, text=True, check=True).stdout
    major, minor, *_ = json.loads(version)["terraform_version"].split(".")
    return (int(major), int(minor)) >= (1, 12)


@pytest.mark.long
@pytest.mark.skipif(not others(), reason="VECTORFORM_TERRAFORMS names no Terraform that knows identities")
def test_terraform_imports_by_identity(terraform: Terraform, client: Callable[..., Any]) -> None:
    [binary, *_] = filter(knows_identities, others())
    newer = replace(terraform, binary=binary)
    s3vectors = client("s3vectors")
    s3vectors.create_vector_bucket(vectorBucketName="terraform-by-identity")
    s3vectors.create_index(vectorBucketName="terraform-by-identity", indexName="one", **SHAPE)
    client("iam").create_role(RoleName="terraform-by-identity", AssumeRolePolicyDocument=TRUST)
    arn = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/terraform-by-identity"
    resources = {
        "aws_s3vectors_vector_bucket": {"b": {"vector_bucket_name": "terraform-by-identity"}},
        "aws_s3vectors_index": {
            "i": {
                "vector_bucket_name": "${aws_s3vectors_vector_bucket.b.vector_bucket_name}",
                "index_name": "one",
                "data_type": "float32",
                "dimension": 2,
                "distance_metric": "euclidean",
            }
        },
        "aws_iam_role": {"r": {"name": "terraform-by-identity", "assume_role_policy": TRUST}},
    }
    without: dict[str, Any] = {"aws_ssm_parameter": {"p": {"name": "/a", "type": "String", "value": "1"}}}
    imports = [
        {"to": "aws_s3vectors_vector_bucket.b", "identity": {"vector_bucket_arn": arn}},
        {"to": "aws_s3vectors_index.i", "identity": {"index_arn": f"{arn}/index/one"}},
        {"to": "aws_iam_role.r", "identity": {"name": "terraform-by-identity"}},
    ]
    newer.configure({"import": imports, "resource": resources | without})
    assert "3 imported, 1 added" in newer.apply()
    newer.plan(changes=False)
    state = json.loads((newer.directory / "terraform.tfstate").read_text())
    identities = {each["type"]: each["instances"][0].get("identity") for each in state["resources"]}
    assert identities["aws_s3vectors_index"] == {"index_arn": f"{arn}/index/one"}
    assert identities["aws_iam_role"] == {"account_id": ACCOUNT, "name": "terraform-by-identity"}
    # What it saved is read again, also where an index is replaced by another of the same name.
    resources["aws_s3vectors_index"]["i"]["dimension"] = 3
    without["aws_ssm_parameter"]["p"]["value"] = "2"
    newer.configure({"resource": resources | without})
    assert "1 added, 1 changed, 1 destroyed" in newer.apply()
    newer.plan(changes=False)
    newer.destroy()
