"""What is synthesized, byte by byte, against the golden files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import golden
from tests.paths import ROOT

pytestmark = pytest.mark.toolchain


@pytest.fixture(scope="module", params=golden.cases(), ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> tuple[Path, dict[str, str]]:
    return request.param, golden.synthesized(request.param)


def test_synthesized_terraform_is_the_golden_one(case: tuple[Path, dict[str, str]]) -> None:
    folder, stacks = case
    expected = {
        path.name.removesuffix(".tf.json"): path.read_text(encoding="utf-8")
        for path in folder.glob("*.tf.json")
    }
    assert stacks == expected, f"if the change is intended: {golden.REGENERATE}"


def test_no_path_of_this_machine_is_in_it(case: tuple[Path, dict[str, str]]) -> None:
    for text in case[1].values():
        assert str(ROOT) not in text
        assert str(Path.home()) not in text


def test_every_block_is_emitted_and_what_is_protected_may_not_be_destroyed(
    case: tuple[Path, dict[str, str]],
) -> None:
    """Also with nothing in it: the block is what protects an entry that was deleted from the YAML."""
    for text in case[1].values():
        document = json.loads(text)
        buckets = document["resource"]["aws_s3vectors_vector_bucket"]
        indexes = document["resource"]["aws_s3vectors_index"]
        key = document["resource"]["aws_kms_key"]["encryption_keys"]
        for block in (buckets["vector_buckets"], indexes["indexes"], indexes["retired_indexes"], key):
            assert block["lifecycle"]["prevent_destroy"] is True
            assert "vectorform guard" in block["//"]["advice"]
        for block in (buckets["unprotected_vector_buckets"], indexes["unprotected_indexes"]):
            assert "prevent_destroy" not in block["lifecycle"]
        assert document["resource"]["aws_s3vectors_vector_bucket_policy"]["vector_bucket_policies"]
        assert document["resource"]["aws_iam_policy"]["access_policies"]
