"""The two questions that are asked of a policy document before AWS is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model import ACCOUNT
from tests.verifier import samples
from vectorform.desired.policies import INDEXING_PRINCIPAL, indexing_statement
from vectorform.verifier.permissions import allows_service, denies

ENVIRONMENT = samples.environment()
NEEDED = indexing_statement(ENVIRONMENT, ENVIRONMENT.home)
CONTEXT = {
    "aws:SourceAccount": [ACCOUNT],
    "aws:SourceArn": [f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/sample-knowledge"],
    "kms:EncryptionContextKeys": ["aws:s3vectors:arn", "aws:s3vectors:resource-id"],
}
BUCKET = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/sample-knowledge"


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({}, True),
        ({"Action": "kms:*"}, True),
        ({"Action": ["kms:Describe*", "KMS:DECRYPT"]}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"Service": ["logs.amazonaws.com", INDEXING_PRINCIPAL]}}, True),
        ({"Condition": {"StringEquals": {"kms:ViaService": "unknowable"}}}, True),
        ({"Condition": {"StringEquals": {"AWS:sourceaccount": ACCOUNT}}}, True),
        ({"Effect": "Deny"}, False),
        ({"Action": "kms:Encrypt"}, False),
        ({"Principal": {"Service": "logs.amazonaws.com"}}, False),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}, False),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3vectors:us-east-1:*:bucket/*"}}}, False),
        (
            {"Condition": {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "aws:ebs:id"}}},
            False,
        ),
    ],
)
def test_allows_service(change: dict[str, Any], allowed: bool) -> None:
    document = {"Statement": {**NEEDED, **change}}
    assert allows_service(document, INDEXING_PRINCIPAL, "kms:Decrypt", CONTEXT) is allowed


def test_a_denial_outweighs() -> None:
    document = {"Statement": [NEEDED, {**NEEDED, "Effect": "Deny"}]}
    assert not allows_service(document, INDEXING_PRINCIPAL, "kms:Decrypt", CONTEXT)


@pytest.mark.parametrize(
    ("statement", "denied"),
    [
        ({"Action": "s3vectors:DeleteIndex", "Resource": f"{BUCKET}/index/*"}, True),
        ({"Action": ["s3vectors:Delete*"], "Resource": "*"}, True),
        ({"NotAction": "s3vectors:Get*", "Resource": "*"}, True),
        ({"Action": "s3vectors:DeleteIndex", "NotResource": f"{BUCKET}/index/vectorform-smoke-*"}, False),
        ({"Action": "s3vectors:DeleteIndex", "Resource": f"{BUCKET}/index/episodes"}, False),
        ({"Action": "s3vectors:DeleteVectors", "Resource": "*"}, False),
        ({"Action": "*", "Resource": "*", "Principal": {"AWS": "111122223333"}}, False),
        ({"Action": "*", "Resource": "*", "Effect": "Allow"}, False),
    ],
)
def test_denies(statement: dict[str, Any], denied: bool) -> None:
    document = {"Statement": [{"Effect": "Deny", "Principal": "*", **statement}]}
    assert denies(document, "s3vectors:DeleteIndex", f"{BUCKET}/index/vectorform-smoke-1") is denied
