"""What a brought key's policy lets the indexing service do: the verifier's answer, and the local AWS's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3vectors_local.s3vectors.indexing import may_index
from tests.model import ACCOUNT
from tests.verifier import samples
from vectorform.desired.policies import INDEXING_PRINCIPAL, indexing_statement
from vectorform.verifier.key_policy import lets_index

ENVIRONMENT = samples.environment()
NEEDED = indexing_statement(ENVIRONMENT, ENVIRONMENT.home)
KEY = f"arn:aws:kms:ap-southeast-2:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BUCKET = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/sample-knowledge"
INDEX = f"{BUCKET}/index/pages"


def answer(*statements: dict[str, Any]) -> str:
    return lets_index({"Statement": list(statements)}, KEY, ACCOUNT, (INDEX, BUCKET))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "yes"),
        ({"Action": "kms:Decrypt"}, "yes"),
        ({"Action": ["kms:Describe*", "KMS:DECRYPT"]}, "yes"),
        ({"Principal": "*"}, "yes"),
        ({"Principal": {"Service": ["logs.amazonaws.com", INDEXING_PRINCIPAL]}}, "yes"),
        ({"Resource": KEY}, "yes"),
        ({"Condition": {}}, "yes"),
        ({"Condition": {"StringEquals": {"AWS:sourceaccount": ACCOUNT}}}, "yes"),
        ({"Condition": {"StringLike": {"aws:SourceArn": f"{BUCKET}*"}}}, "yes"),
        # the two that were judged differently: the index's ARN alone, and the bucket's alone
        ({"Condition": {"ArnLike": {"aws:SourceArn": f"{BUCKET}/*"}}}, "perhaps"),
        ({"Condition": {"ArnEquals": {"aws:SourceArn": BUCKET}}}, "perhaps"),
        ({"Condition": {"StringEquals": {"kms:ViaService": "s3vectors.amazonaws.com"}}}, "perhaps"),
        ({"Condition": {"Null": {"aws:SourceVpce": "true"}}}, "perhaps"),
        ({"Effect": "Deny"}, "no"),
        ({"Action": "kms:GenerateDataKey"}, "no"),
        ({"Principal": {"Service": "logs.amazonaws.com"}}, "no"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, "no"),
        ({"Resource": "arn:aws:kms:*:*:key/other"}, "no"),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}, "no"),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3vectors:us-east-1:*:bucket/*"}}}, "no"),
        ({"Condition": {"Null": {"aws:SourceArn": "true"}}}, "no"),
        ({"Condition": {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "aws:ebs:id"}}}, "no"),
        (
            {"Condition": {"StringEquals": {"kms:ViaService": "x", "aws:SourceAccount": "999999999999"}}},
            "no",
        ),
    ],
)
def test_answer(change: dict[str, Any], expected: str) -> None:
    assert answer({**NEEDED, **change}) == expected


def test_a_denial_outweighs_and_a_doubtful_one_leaves_doubt() -> None:
    denial = {**NEEDED, "Effect": "Deny"}
    assert answer(NEEDED, denial) == "no"
    assert answer(NEEDED, {**denial, "Condition": {"Null": {"kms:ViaService": "true"}}}) == "perhaps"
    assert (
        answer(NEEDED, {**denial, "Condition": {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}}) == "yes"
    )


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


SOURCES = (
    BUCKET,
    INDEX,
    f"{BUCKET}/*",
    f"{BUCKET}*",
    "arn:aws:s3vectors:*:*:bucket/*",
    "arn:aws:s3:::other",
    "*",
)
TESTS = st.tuples(
    some("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnLike", "ArnNotEquals", "Null")
    | some(
        "ForAnyValue:StringEquals", "ForAllValues:StringLike", "StringEqualsIfExists", "DateLessThan", "Bool"
    ),
    some(
        "aws:SourceArn", "aws:sourceaccount", "kms:EncryptionContextKeys", "kms:ViaService", "aws:SourceVpce"
    ),
    st.lists(
        some(*SOURCES, ACCOUNT, "999999999999", "true", "false", "aws:s3vectors:arn", "${aws:x}"), min_size=1
    ),
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for operator, key, values in draw(st.lists(TESTS, max_size=3)):
        conditions.setdefault(operator, {})[key] = values
    principals = some({"Service": INDEXING_PRINCIPAL}, {"Service": "logs.amazonaws.com"}, "*", {"AWS": "*"})
    return {
        "Effect": draw(some("Allow", "Allow", "Deny")),
        "Principal": draw(principals),
        draw(some("Action", "Action", "NotAction")): draw(some("kms:Decrypt", "kms:*", ["kms:Encrypt"])),
        "Resource": draw(some("*", KEY, f"{KEY}x")),
        "Condition": conditions,
    }


@given(st.lists(statements(), max_size=3))
def test_the_local_aws_refuses_exactly_what_is_no(policy: list[dict[str, Any]]) -> None:
    document = {"Version": "2012-10-17", "Statement": policy}
    refused = not may_index(json.dumps(document), KEY, ACCOUNT, INDEX)
    assert refused is (lets_index(document, KEY, ACCOUNT, (INDEX, BUCKET)) == "no")
