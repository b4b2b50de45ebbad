"""Server-side encryption with KMS keys: inheritance, key policies, states of the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT, REGION = "123456789012", "ap-southeast-2"


def key_policy(*statements: dict[str, Any]) -> str:
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{**s, "Resource": "*"} for s in (root, *statements)]}
    )


def indexing(source: str = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/*") -> dict[str, Any]:
    """The statement that the user guide asks for."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "indexing.s3vectors.amazonaws.com"},
        "Action": "kms:Decrypt",
        "Condition": {
            "ArnLike": {"aws:SourceArn": source},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ForAnyValue:StringEquals": {
                "kms:EncryptionContextKeys": ["aws:s3vectors:arn", "aws:s3vectors:resource-id"]
            },
        },
    }


@pytest.fixture
def make_key(client: Callable[..., Any]) -> Callable[..., str]:
    def make(*statements: dict[str, Any], region: str = REGION, **more: Any) -> str:
        key = client("kms", region).create_key(Policy=key_policy(*statements), **more)
        return str(key["KeyMetadata"]["Arn"])

    return make


def with_key(arn: str) -> dict[str, Any]:
    return {"encryptionConfiguration": {"sseType": "aws:kms", "kmsKeyArn": arn}}


def create_index(s3vectors: Any, bucket: str, name: str = "index", **more: Any) -> dict[str, str]:
    address = {"vectorBucketName": bucket, "indexName": name}
    s3vectors.create_index(**address, dataType="float32", dimension=2, distanceMetric="cosine", **more)
    return address


def error_of(call: Callable[[], Any]) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as error:
        call()
    response = error.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return status, response["Error"]["Code"], response["Error"]["Message"]


def test_index_inherits_or_overrides(s3vectors: Any, make_key: Callable[..., str]) -> None:
    key, other = make_key(indexing()), make_key(indexing())
    s3vectors.create_vector_bucket(vectorBucketName="with-kms", **with_key(key))
    bucket = s3vectors.get_vector_bucket(vectorBucketName="with-kms")["vectorBucket"]
    assert bucket["encryptionConfiguration"] == {"sseType": "aws:kms", "kmsKeyArn": key}
    choices: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({}, {"sseType": "aws:kms", "kmsKeyArn": key}),
        ({"encryptionConfiguration": {}}, {"sseType": "aws:kms", "kmsKeyArn": key}),
        ({"encryptionConfiguration": {"sseType": "AES256"}}, {"sseType": "AES256"}),
        (with_key(other), {"sseType": "aws:kms", "kmsKeyArn": other}),
    ]
    for number, (asked, expected) in enumerate(choices):
        index = create_index(s3vectors, "with-kms", f"index-{number}", **asked)
        assert s3vectors.get_index(**index)["index"]["encryptionConfiguration"] == expected


def test_key_must_let_the_indexing_service_decrypt(
    s3vectors: Any, bucket: str, make_key: Callable[..., str]
) -> None:
    for key in (make_key(), make_key(indexing("arn:aws:s3vectors:eu-west-1:*:bucket/*"))):
        assert error_of(lambda key=key: create_index(s3vectors, bucket, **with_key(key))) == (
            403,
            "AccessDeniedException",
            "Insufficient access to perform asynchronous indexing",
        )
    create_index(s3vectors, bucket, **with_key(make_key(indexing())))


def test_key_must_exist(s3vectors: Any, bucket: str) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
    status, code, message = error_of(lambda: create_index(s3vectors, bucket, **with_key(key)))
    assert (status, code) == (403, "AccessDeniedException")
    assert message.startswith(f"Key '{key}' does not exist (kms_request_id=")


def test_key_of_another_region(s3vectors: Any, bucket: str, make_key: Callable[..., str]) -> None:
    key = make_key(indexing(), region="eu-west-1")
    status, code, message = error_of(lambda: create_index(s3vectors, bucket, **with_key(key)))
    assert (status, code) == (403, "AccessDeniedException")
    assert message.startswith("Invalid arn eu-west-1 (kms_request_id=")


def test_states_of_the_key(
    client: Callable[..., Any], s3vectors: Any, bucket: str, make_key: Callable[..., str]
) -> None:
    key, kms = make_key(indexing()), client("kms")
    key_id = key.rpartition("/")[2]
    index = create_index(s3vectors, bucket, **with_key(key))
    calls: dict[str, Callable[[], Any]] = {
        "put": lambda: s3vectors.put_vectors(**index, vectors=[{"key": "k", "data": {"float32": [1, 2]}}]),
        "get": lambda: s3vectors.get_vectors(**index, keys=["k"]),
        "query": lambda: s3vectors.query_vectors(**index, topK=1, queryVector={"float32": [1, 2]}),
        "delete": lambda: s3vectors.delete_vectors(**index, keys=["k"]),
    }
    for call in calls.values():
        call()
    kms.disable_key(KeyId=key_id)
    assert {error_of(call)[:2] for call in calls.values()} == {(400, "KmsDisabledException")}
    assert error_of(lambda: create_index(s3vectors, bucket, "other", **with_key(key)))[0] == 403
    assert s3vectors.get_index(**index), "the control plane does not touch the key"
    kms.enable_key(KeyId=key_id)
    calls["put"]()
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    assert {error_of(call)[:2] for call in calls.values()} == {(400, "KmsInvalidStateException")}
    kms.cancel_key_deletion(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    assert s3vectors.list_vectors(**index)["vectors"] == [{"key": "k"}]


def test_caller_needs_the_key_too(
    client: Callable[..., Any], s3vectors: Any, bucket: str, make_key: Callable[..., str]
) -> None:
    iam, key = client("iam"), make_key(indexing())
    index = create_index(s3vectors, bucket, **with_key(key))
    iam.create_user(UserName="kms-user")
    access = iam.create_access_key(UserName="kms-user")["AccessKey"]
    user = client(
        "s3vectors",
        aws_access_key_id=access["AccessKeyId"],
        aws_secret_access_key=access["SecretAccessKey"],
    )

    def grant(*actions: str) -> None:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="kms-user", PolicyName="inline", PolicyDocument=policy)

    vectors = [{"key": "k", "data": {"float32": [1, 2]}}]
    grant("s3vectors:*", "kms:Decrypt")
    assert user.get_vectors(**index, keys=["k"])["vectors"] == []
    status, code, message = error_of(lambda: user.put_vectors(**index, vectors=vectors))
    assert (status, code) == (403, "AccessDeniedException")
    assert "is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:" in message
    grant("s3vectors:*", "kms:GenerateDataKey")
    user.put_vectors(**index, vectors=vectors)
    assert error_of(lambda: user.query_vectors(**index, topK=1, queryVector={"float32": [1, 2]}))[0] == 403


@pytest.mark.parametrize(
    "kind",
    [
        {"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048"},
        {"KeyUsage": "GENERATE_VERIFY_MAC", "KeySpec": "HMAC_256"},
    ],
    ids=["signing", "mac"],
)
def test_nothing_is_created_with_a_key_of_another_kind(
    s3vectors: Any, bucket: str, make_key: Callable[..., str], kind: dict[str, str]
) -> None:
    key = make_key(indexing(), **kind)
    for call in (
        lambda: create_index(s3vectors, bucket, **with_key(key)),
        lambda: s3vectors.create_vector_bucket(vectorBucketName=f"{bucket}-encrypted", **with_key(key)),
    ):
        status, code, message = error_of(call)
        assert (status, code) == (403, "AccessDeniedException")
        assert f"{key} key usage is {kind['KeyUsage']} which is not valid for GenerateDataKey" in message
    assert s3vectors.list_indexes(vectorBucketName=bucket)["indexes"] == []


def test_keys_are_called_by_id_or_by_arn(client: Callable[..., Any], make_key: Callable[..., str]) -> None:
    kms, key = client("kms"), make_key()
    name = key.rpartition("/")[2]

    def state() -> str:
        return str(kms.describe_key(KeyId=name)["KeyMetadata"]["KeyState"])

    for named in (key, name):
        kms.disable_key(KeyId=named)
        assert state() == "Disabled"
        kms.enable_key(KeyId=named)
        kms.schedule_key_deletion(KeyId=named, PendingWindowInDays=7)
        assert state() == "PendingDeletion"
        kms.cancel_key_deletion(KeyId=named)
    elsewhere = key.replace(ACCOUNT, "222222222222")
    assert error_of(lambda: kms.disable_key(KeyId=elsewhere))[1] == "NotFoundException"
    assert state() == "Disabled"


def test_a_key_encrypts_unless_it_is_for_something_else(client: Callable[..., Any]) -> None:
    kms = client("kms")
    for asked in ({}, {"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048"}):
        made = kms.create_key(**asked)["KeyMetadata"]
        assert made["KeyUsage"] == asked.get("KeyUsage", "ENCRYPT_DECRYPT")
        assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyUsage"] == made["KeyUsage"]


def test_calls_that_the_state_of_a_key_forbids(
    client: Callable[..., Any], make_key: Callable[..., str]
) -> None:
    kms, key = client("kms"), make_key()
    assert error_of(lambda: kms.cancel_key_deletion(KeyId=key))[1] == "KMSInvalidStateException"
    assert error_of(lambda: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=6))[1] == (
        "ValidationException"
    )
    kms.create_alias(AliasName=f"alias/{key[-12:]}", TargetKeyId=key)
    kms.disable_key(KeyId=key)
    for name in (key, f"alias/{key[-12:]}"):
        assert error_of(lambda name=name: kms.encrypt(KeyId=name, Plaintext=b"x"))[1] == "DisabledException"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    for call in (
        partial(kms.enable_key, KeyId=key),
        partial(kms.schedule_key_deletion, KeyId=key),
        partial(kms.encrypt, KeyId=key, Plaintext=b"x"),
        partial(kms.tag_resource, KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}]),
    ):
        assert error_of(call)[1] == "KMSInvalidStateException"
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


@pytest.mark.parametrize("name", ["12345678-1234-1234-1234-123456789012", "alias/absent", "x"])
def test_grants_of_no_key(client: Callable[..., Any], name: str) -> None:
    assert error_of(lambda: client("kms").list_grants(KeyId=name))[1] == "NotFoundException"


def test_a_key_is_called_in_its_own_region(client: Callable[..., Any], make_key: Callable[..., str]) -> None:
    key = make_key()
    kms = client("kms", "eu-central-1")
    for call in (kms.describe_key, kms.disable_key, kms.list_grants):
        assert error_of(partial(call, KeyId=key))[1] == "NotFoundException"
    assert client("kms").describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def test_the_period_of_rotation(client: Callable[..., Any]) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    name = {"KeyId": key["KeyId"]}
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(**name)
    kms.enable_key_rotation(**name)
    status = kms.get_key_rotation_status(KeyId=key["Arn"])
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 365)
    assert status["NextRotationDate"] > key["CreationDate"]
    kms.enable_key_rotation(**name, RotationPeriodInDays=90)
    kms.enable_key_rotation(**name)
    assert kms.get_key_rotation_status(**name)["RotationPeriodInDays"] == 90
    for period, bound in ((89, "greater than or equal to 90"), (2561, "less than or equal to 2560")):
        with pytest.raises(ClientError, match=bound) as refused:
            kms.enable_key_rotation(**name, RotationPeriodInDays=period)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
    kms.disable_key_rotation(**name)
    assert not kms.get_key_rotation_status(**name)["KeyRotationEnabled"]
    kms.disable_key(**name)
    with pytest.raises(ClientError, match="is disabled"):
        kms.enable_key_rotation(**name)
    with pytest.raises(ClientError, match="NotFoundException"):
        kms.get_key_rotation_status(KeyId="12345678-1234-1234-1234-123456789012")
