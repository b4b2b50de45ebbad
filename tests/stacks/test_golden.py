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
        of_buckets = {name: block for name, block in indexes.items() if "indexes_" in name}
        others = {name: block for name, block in indexes.items() if name not in of_buckets}
        assert set(others) == {"indexes", "unprotected_indexes", "retired_indexes"}
        written = document["locals"]["vector_bucket_policies"]
        assert len(of_buckets) == 2 * len(written)  # with and without non-filterable keys
        protected = [block for name, block in of_buckets.items() if not name.startswith("unprotected_")]
        for block in (buckets["vector_buckets"], *others.values(), *protected, key):
            assert block["lifecycle"]["prevent_destroy"] is True
            assert "vectorform guard" in block["//"]["advice"]
        unprotected = [block for name, block in of_buckets.items() if name.startswith("unprotected_")]
        for block in (buckets["unprotected_vector_buckets"], *unprotected):
            assert "prevent_destroy" not in block["lifecycle"]
        for name, block in of_buckets.items():
            assert ("ignore_changes" in block["lifecycle"]) is ("keyless_" in name)
        assert document["resource"]["aws_s3vectors_vector_bucket_policy"]["vector_bucket_policies"]
        assert document["resource"]["aws_iam_policy"]["access_policies"]
