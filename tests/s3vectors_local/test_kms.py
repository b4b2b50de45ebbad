"""Keys of KMS: what they may be used for, and who may use them by a grant."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.s3vectors_local.test_encryption import (
    ACCOUNT,
    create_index,
    error_of,
    indexing,
    key_policy,
    with_key,
)

_DENY = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt"}


@pytest.fixture(scope="module")
def kms(client: Callable[..., Any]) -> Any:
    return client("kms")


def new_key(kms: Any, **more: Any) -> str:
    return str(kms.create_key(**more)["KeyMetadata"]["Arn"])


@pytest.fixture
def user(client: Callable[..., Any], request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Clients of a user who may do all of S3 Vectors, and nothing of KMS but what `more` says."""
    iam, name = client("iam"), f"user-{abs(hash(request.node.name))}"
    iam.create_user(UserName=name)
    access = iam.create_access_key(UserName=name)["AccessKey"]

    def make(service: str, *more: dict[str, Any]) -> Any:
        everything = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [everything, *more]})
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy)
        keys = {
            "aws_access_key_id": access["AccessKeyId"],
            "aws_secret_access_key": access["SecretAccessKey"],
        }
        made = client(service, **keys)
        made.name = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        return made

    return make


def test_a_grant_opens_a_key(kms: Any, s3vectors: Any, bucket: str, user: Callable[..., Any]) -> None:
    key = new_key(kms, Policy=key_policy(indexing()))
    index = create_index(s3vectors, bucket, **with_key(key))
    reader = user("s3vectors")
    assert error_of(partial(reader.list_vectors, **index))[0] == 403
    grant = kms.create_grant(KeyId=key, GranteePrincipal=reader.name, Operations=["Decrypt"])
    assert reader.list_vectors(**index)["vectors"] == []
    vectors = [{"key": "k", "data": {"float32": [1, 2]}}]
    assert error_of(partial(reader.put_vectors, **index, vectors=vectors))[0] == 403
    kms.put_key_policy(KeyId=key, Policy=key_policy(indexing(), {**_DENY, "Principal": {"AWS": reader.name}}))
    assert "explicit deny" in error_of(partial(reader.list_vectors, **index))[2]
    kms.put_key_policy(KeyId=key, Policy=key_policy(indexing()))
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    assert error_of(partial(reader.list_vectors, **index))[0] == 403


@pytest.mark.parametrize(
    ("constraint", "opens"),
    [
        ({"EncryptionContextSubset": {"aws:s3vectors:arn": "INDEX"}}, True),
        ({"EncryptionContextSubset": {"aws:s3vectors:arn": "another"}}, False),
        ({"EncryptionContextEquals": {"aws:s3vectors:arn": "INDEX", "more": "b"}}, False),
    ],
)
def test_a_grant_is_bound_to_its_context(
    kms: Any, s3vectors: Any, bucket: str, user: Callable[..., Any], constraint: dict[str, Any], opens: bool
) -> None:
    key = new_key(kms, Policy=key_policy(indexing()))
    index = create_index(s3vectors, bucket, **with_key(key))
    arn = s3vectors.get_index(**index)["index"]["indexArn"]
    bound = json.loads(json.dumps(constraint).replace("INDEX", arn))
    reader = user("s3vectors")
    kms.create_grant(KeyId=key, GranteePrincipal=reader.name, Operations=["Decrypt"], Constraints=bound)
    if opens:
        assert reader.list_vectors(**index)["vectors"] == []
    else:
        assert error_of(partial(reader.list_vectors, **index))[0] == 403


def test_calls_to_kms_itself_by_a_grant_and_by_what_was_encrypted(kms: Any, user: Callable[..., Any]) -> None:
    key, other = new_key(kms), new_key(kms)
    blob = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]
    decrypt = {"CiphertextBlob": blob, "EncryptionContext": {"a": "b"}}
    caller = user("kms")
    assert f"kms:Decrypt on resource: {key}" in error_of(partial(caller.decrypt, **decrypt))[2]
    kms.create_grant(
        KeyId=key,
        GranteePrincipal=caller.name,
        Operations=["Decrypt"],
        Constraints={"EncryptionContextEquals": {"a": "b"}},
    )
    assert caller.decrypt(**decrypt)["Plaintext"] == b"x"
    moved = {"CiphertextBlob": blob, "SourceEncryptionContext": {"a": "b"}, "DestinationKeyId": other}
    caller = user("kms", {"Effect": "Allow", "Action": "kms:ReEncryptFrom", "Resource": key})
    assert f"kms:ReEncryptTo on resource: {other}" in error_of(partial(caller.re_encrypt, **moved))[2]
    to_the_other = {"Effect": "Allow", "Action": "kms:ReEncryptTo", "Resource": other}
    caller = user("kms", {"Effect": "Allow", "Action": "kms:ReEncryptFrom", "Resource": key}, to_the_other)
    assert caller.re_encrypt(**moved)["KeyId"] == other


@pytest.mark.parametrize(
    ("made", "operation", "members"),
    [
        ({"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048"}, "encrypt", {"Plaintext": b"x"}),
        (
            {"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256"},
            "generate_data_key",
            {"KeySpec": "AES_256"},
        ),
        (
            {"KeyUsage": "GENERATE_VERIFY_MAC", "KeySpec": "HMAC_256"},
            "decrypt",
            {"CiphertextBlob": b"x" * 99},
        ),
        ({}, "sign", {"Message": b"x", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}),
        ({}, "generate_mac", {"Message": b"x", "MacAlgorithm": "HMAC_SHA_256"}),
        ({"KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "RSA_2048"}, "encrypt", {"Plaintext": b"x"}),
    ],
)
def test_a_key_of_another_kind(
    kms: Any, made: dict[str, str], operation: str, members: dict[str, Any]
) -> None:
    called = partial(getattr(kms, operation), KeyId=new_key(kms, **made), **members)
    assert error_of(called)[1] == "InvalidKeyUsageException"


def test_only_symmetric_keys_rotate(kms: Any) -> None:
    key = new_key(kms, KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    assert error_of(partial(kms.enable_key_rotation, KeyId=key))[1] == "UnsupportedOperationException"


def test_nothing_is_decrypted_with_a_key_that_is_disabled(kms: Any) -> None:
    key, other = new_key(kms), new_key(kms)
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    assert error_of(partial(kms.decrypt, CiphertextBlob=blob))[1] == "DisabledException"
    moved = partial(kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=other)
    assert error_of(moved)[1] == "DisabledException"
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        kms.decrypt(CiphertextBlob=b"\xff" * 9)
