"""The protocol, driven in this process as Terraform drives it, against the local AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests.rehearsal.provider.terraform_core import Core, Refused
from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.servicer import Servicer
from vectorform.rehearsal.provider.values import UNKNOWN, Object, conform

ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
)
DENIED = {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:PutVectors", "Resource": "*"}
DENY = json.dumps({"Version": "2012-10-17", "Statement": [DENIED]})
ASSUMED = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [ASSUMED]})


tags = st.none() | st.dictionaries(st.sampled_from("abe"), st.sampled_from("12"), max_size=2)
keys = st.lists(st.sampled_from(["text", "source", "page"]), unique=True, min_size=1)
indexes = st.fixed_dictionaries(
    {
        "vector_bucket_name": st.just("servicer-any"),
        "index_name": st.sampled_from(["one", "two.x"]),
        "data_type": st.just("float32"),
        "dimension": st.sampled_from([1, 4096]),
        "distance_metric": st.sampled_from(["cosine", "euclidean"]),
        "tags": tags,
        "metadata_configuration": st.just([])
        | keys.map(lambda names: [{"non_filterable_metadata_keys": names}]),
    },
    optional={
        "encryption_configuration": st.just([{"sse_type": "AES256", "kms_key_arn": None}]),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(indexes, min_size=1, max_size=4))
def test_every_index_can_become_every_other(core: Callable[[str], Core], configs: list[Object]) -> None:
    """Applied, read, planned again, imported: always what was configured, and then nothing to do."""
    bucket = core("aws_s3vectors_vector_bucket")
    container = bucket.apply({"vector_bucket_name": "servicer-any", "force_destroy": True})
    index = core("aws_s3vectors_index")
    state = None
    try:
        for config in configs:
            state = index.apply(config, state)
            assert state
            assert index.read(state) == state
            assert index.plan(conform(config, index.block), state) == (state, False)
            imported = index.import_(state["index_arn"])
            # An import cannot tell a tag of the resource that is spelled like a default one.
            assert {**imported, "tags": state["tags"]} == state
    finally:
        bucket.apply(None, container)
    assert state and index.read(state) is None
    assert bucket.read(container or {}) is None


def test_force_destroy_takes_more_indexes_than_a_page_holds(
    core: Callable[[str], Core], client: Callable[..., Any]
) -> None:
    bucket = core("aws_s3vectors_vector_bucket")
    config = {"vector_bucket_name": "servicer-full"}
    state = bucket.apply(config)
    vectors = client("s3vectors")
    for number in range(501):
        vectors.create_index(
            vectorBucketName="servicer-full",
            indexName=f"i{number:03}",
            dataType="float32",
            dimension=1,
            distanceMetric="cosine",
        )
    with pytest.raises(Refused) as refused:
        bucket.apply(None, state)
    assert "The specified vector bucket is not empty" in refused.value.messages[0]
    assert refused.value.state == state
    state = bucket.apply({**config, "force_destroy": True}, state)
    assert bucket.apply(None, state) is None
    assert bucket.read(state or {}) is None


def test_it_makes_the_calls_of_the_real_provider_and_no_others(
    core: Callable[[str], Core], aws: LocalAws
) -> None:
    def calls(step: Callable[[], Object | None]) -> tuple[Object, dict[str, int]]:
        aws.forget_requests()
        state = step()
        return state or {}, {name.removeprefix("s3vectors:"): count for name, count in aws.requests().items()}

    bucket, index = core("aws_s3vectors_vector_bucket"), core("aws_s3vectors_index")
    policy = core("aws_s3vectors_vector_bucket_policy")
    container, made = calls(lambda: bucket.apply({"vector_bucket_name": "servicer-calls"}))
    assert made == {"CreateVectorBucket": 1, "GetVectorBucket": 1}
    config = {"vector_bucket_name": "servicer-calls", "index_name": "one", "dimension": 1}
    config |= {"data_type": "float32", "distance_metric": "cosine"}
    state, made = calls(lambda: index.apply(config))
    assert made == {"CreateIndex": 1, "GetIndex": 1}
    document, made = calls(
        lambda: policy.apply({"vector_bucket_arn": container["vector_bucket_arn"], "policy": DENY})
    )
    assert made == {"PutVectorBucketPolicy": 1}
    assert calls(lambda: bucket.read(container))[1] == {"GetVectorBucket": 1, "ListTagsForResource": 1}
    assert calls(lambda: index.read(state))[1] == {"GetIndex": 1, "ListTagsForResource": 1}
    assert calls(lambda: policy.read(document))[1] == {"GetVectorBucketPolicy": 1}
    tagged, made = calls(lambda: index.apply({**config, "tags": {"a": "1"}}, state))
    assert made == {"TagResource": 1}
    assert calls(lambda: index.apply(config, tagged))[1] == {"UntagResource": 1}
    assert calls(lambda: policy.apply(None, document))[1] == {"DeleteVectorBucketPolicy": 1}
    assert calls(lambda: index.apply(None, state))[1] == {"DeleteIndex": 1}
    assert calls(lambda: bucket.apply(None, container))[1] == {"DeleteVectorBucket": 1}


def test_throttling_is_waited_out(core: Callable[[str], Core], aws: LocalAws) -> None:
    bucket = core("aws_s3vectors_vector_bucket")
    aws.inject(Fault(kind="throttle", operation="CreateVectorBucket", count=2))
    state = bucket.apply({"vector_bucket_name": "servicer-busy"})
    assert bucket.apply(None, state) is None


def test_what_fails_halfway_is_known_to_terraform(core: Callable[[str], Core], aws: LocalAws) -> None:
    key = core("aws_kms_key")
    aws.inject(Fault(kind="deny", operation="kms:EnableKeyRotation", count=1))
    with pytest.raises(Refused, match="rotation: operation error KMS: EnableKeyRotation") as refused:
        key.apply({"enable_key_rotation": True})
    state = refused.value.state
    assert state and key.read(state)
    assert key.apply(None, state) is None


def test_a_role_whose_policies_fail_is_left_behind(core: Callable[[str], Core]) -> None:
    """As with the real provider, which puts a role into the state when its policies are attached."""
    role = core("aws_iam_role")
    missing = "arn:aws:iam::123456789012:policy/servicer-missing"
    config = {"name": "servicer-half", "assume_role_policy": TRUST, "managed_policy_arns": [missing]}
    with pytest.raises(Refused) as refused:
        role.apply(config)
    assert refused.value.state is None
    assert refused.value.messages[0].startswith(
        f"creating IAM Role (servicer-half): attaching IAM Policy ({missing}) to IAM Role (servicer-half): "
        "operation error IAM: AttachRolePolicy, https response error StatusCode: 404, RequestID: "
    )
    with pytest.raises(Refused, match="EntityAlreadyExists"):
        role.apply(config)
    assert role.apply(None, role.import_("servicer-half")) is None


def test_a_policy_keeps_at_most_five_versions(
    core: Callable[[str], Core], client: Callable[..., Any]
) -> None:
    policy = core("aws_iam_policy")
    state = None
    for number in range(7):
        statement = {"Effect": "Allow", "Action": f"s3vectors:Get{number}", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        state = policy.apply({"name": "servicer-versions", "policy": document}, state)
    assert state
    versions = client("iam").list_policy_versions(PolicyArn=state["arn"])["Versions"]
    assert (
        sorted(each["VersionId"] for each in versions) == ["v1", "v4", "v5", "v6", "v7"] or len(versions) == 5
    )
    assert policy.read(state) == state
    assert policy.apply(None, state) is None
    assert policy.apply(None, state) is None  # gone already


def test_a_role_and_its_policies(core: Callable[[str], Core], client: Callable[..., Any]) -> None:
    role, policy = core("aws_iam_role"), core("aws_iam_policy")
    managed = policy.apply({"name": "servicer-managed", "policy": ALLOW})
    assert managed

    def inline(action: str) -> list[Object]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return [{"name": "own", "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}]

    config = {"name": "servicer-role", "assume_role_policy": TRUST}
    state = role.apply(
        {**config, "inline_policy": inline("s3:Get*"), "managed_policy_arns": [managed["arn"]]}
    )
    assert state and state["managed_policy_arns"] == [managed["arn"]]
    changed = {
        **config,
        "description": "now described",
        "max_session_duration": 7200,
        "permissions_boundary": managed["arn"],
        "inline_policy": inline("s3:Put*"),
        "managed_policy_arns": [],
        "tags": {"a": "1"},
    }
    state = role.apply(changed, state)
    assert state
    found = client("iam").get_role(RoleName="servicer-role")["Role"]
    assert (found["Description"], found["MaxSessionDuration"]) == ("now described", 7200)
    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"a": "1", "e": "dev"}
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == managed["arn"]
    assert state["managed_policy_arns"] == []
    assert "s3:Put*" in state["inline_policy"][0]["policy"]
    state = role.apply({**config, "force_detach_policies": True}, state)
    assert state and state["permissions_boundary"] == ""
    assert role.apply(None, state) is None
    assert policy.apply(None, managed) is None


def test_a_key_and_its_alias(core: Callable[[str], Core], client: Callable[..., Any]) -> None:
    key, alias = core("aws_kms_key"), core("aws_kms_alias")
    state = key.apply({"description": "one", "enable_key_rotation": True, "deletion_window_in_days": 7})
    assert state and state["enable_key_rotation"]
    pointer = alias.apply({"name_prefix": "alias/servicer-", "target_key_id": state["arn"]})
    assert pointer and pointer["target_key_arn"] == state["arn"]
    assert alias.import_(pointer["name"]) == pointer
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    changed = {
        "description": "two",
        "is_enabled": False,
        "deletion_window_in_days": 7,
        "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "tags": {"a": "1"},
    }
    state = key.apply(changed, state)
    assert state
    assert not client("kms").describe_key(KeyId=state["key_id"])["KeyMetadata"]["Enabled"]
    assert key.plan(conform(changed, key.block), state) == (state, False)
    state = key.apply({"deletion_window_in_days": 7}, state)
    assert state and state["is_enabled"]
    assert alias.apply(None, pointer) is None
    assert key.apply(None, state) is None
    assert key.apply(None, state) is None
    assert key.read(state) is None


def test_the_rotation_of_a_key(core: Callable[[str], Core], client: Callable[..., Any]) -> None:
    key, kms = core("aws_kms_key"), client("kms")
    config: Object = {"enable_key_rotation": True, "rotation_period_in_days": 180, "multi_region": True}
    state = key.apply(config)
    assert state and state["key_id"].startswith("mrk-")
    assert (state["multi_region"], state["rotation_period_in_days"]) == (True, 180)
    assert key.plan(conform(config, key.block), state) == (state, False)
    imported = key.import_(state["key_id"])
    assert {**imported, "bypass_policy_lockout_safety_check": False} == state
    changed = {**config, "rotation_period_in_days": 90}
    state = key.apply(changed, state)
    assert state and state["rotation_period_in_days"] == 90
    assert kms.get_key_rotation_status(KeyId=state["key_id"])["RotationPeriodInDays"] == 90
    left = {**config, "rotation_period_in_days": None}  # taken out, the period stays as it is
    assert key.plan(conform(left, key.block), state) == (state, False)
    off = key.apply({"multi_region": True}, state)
    assert off and not kms.get_key_rotation_status(KeyId=state["key_id"])["KeyRotationEnabled"]
    assert key.plan(conform({"multi_region": False}, key.block), off)[1]
    kms.enable_key_rotation(KeyId=state["key_id"], RotationPeriodInDays=365)
    drifted = key.read(off)
    assert drifted and drifted["enable_key_rotation"]
    assert key.apply(None, drifted) is None


def test_an_attachment_that_somebody_detached_is_gone(
    core: Callable[[str], Core], client: Callable[..., Any]
) -> None:
    iam = client("iam")
    iam.create_role(RoleName="servicer-attached", AssumeRolePolicyDocument=TRUST)
    arn = iam.create_policy(PolicyName="servicer-attached", PolicyDocument=ALLOW)["Policy"]["Arn"]
    attachment = core("aws_iam_role_policy_attachment")
    state = attachment.apply({"role": "servicer-attached", "policy_arn": arn})
    assert state and state["id"] == f"servicer-attached/{arn}"
    assert attachment.import_(state["id"]) == state
    iam.detach_role_policy(RoleName="servicer-attached", PolicyArn=arn)
    assert attachment.read(state) is None
    assert attachment.apply(None, state) is None
    iam.delete_policy(PolicyArn=arn)
    iam.delete_role(RoleName="servicer-attached")


@pytest.mark.parametrize(
    ("type_name", "identifier", "words"),
    [
        ("aws_s3vectors_index", "one", "could not be parsed as an ARN"),
        (
            "aws_s3vectors_index",
            "arn:aws:s3vectors:eu-west-1:123456789012:bucket/b/index/i@us-east-1",
            'The region passed for import, "us-east-1", does not match the region "eu-west-1"',
        ),
        ("aws_iam_role_policy_attachment", "role", "expected <role-name>/<policy_arn>"),
        ("aws_iam_policy", "mine", "StatusCode: 400, RequestID: "),
        (
            "aws_iam_openid_connect_provider",
            "mine",
            "ValidationError: 1 validation error detected: Value 'mine'",
        ),
    ],
)
def test_what_cannot_be_imported(
    core: Callable[[str], Core], type_name: str, identifier: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        core(type_name).import_(identifier)
    assert words in refused.value.messages[0]


def test_an_unconfigured_provider_says_so() -> None:
    with pytest.raises(Refused, match="has not been configured"):
        Core(Servicer(), "aws_iam_policy").plan(
            conform({"policy": UNKNOWN}, provider_schema().resources["aws_iam_policy"].block), None
        )


def test_a_bug_is_shown_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    response = Servicer().ValidateResourceConfig(pb.ValidateResourceConfig.Request(type_name="aws_x"), None)
    assert "failed in ValidateResourceConfig: KeyError('aws_x')" in response.diagnostics[0].summary
    assert "Traceback" in capsys.readouterr().err
