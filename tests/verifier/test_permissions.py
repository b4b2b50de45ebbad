"""What is asked of a bucket's policy before AWS is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model import ACCOUNT
from vectorform.verifier.permissions import denies

BUCKET = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/sample-knowledge"


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
