"""What a change of `regions` does to the stacks of the others: nothing, but for IAM in the home stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.toolchain

CONFIG = """\
project: search
account_id: "123456789012"
regions: [{regions}]
vector_buckets:
  documents: {{indexes: {{pages: {{dimension: 4, distance_metric: cosine}}}}}}
access:
  reader: {{permissions: read, grants: [{{bucket: documents}}]}}
"""


@pytest.fixture
def synthesized(tmp_path: Path) -> Any:
    def stacks(*regions: str) -> dict[str, str]:
        from vectorform.blocks import bindings

        bindings.prepare()
        from stacks.app import synthesize
        from vectorform import language

        root = tmp_path / "-".join(regions)
        (root / "config").mkdir(parents=True)
        text = CONFIG.format(regions=", ".join(regions))
        (root / "config" / "prod.yaml").write_text(text, encoding="utf-8")
        synthesize([language.load("prod", root)], root / "out")
        return {
            path.parent.name: path.read_text(encoding="utf-8")
            for path in root.glob("out/stacks/*/cdk.tf.json")
        }

    return stacks


def without_iam(text: str) -> dict[str, Any]:
    """The stack without the policies and without the fingerprint, which covers them."""
    document: dict[str, Any] = json.loads(text)
    del document["locals"]["access_policies"]
    del document["resource"]["terraform_data"]["verification"]
    return document


def test_a_region_comes_changes_its_place_and_goes(synthesized: Any) -> None:
    two = synthesized("eu-west-1", "us-east-1")
    three = synthesized("eu-west-1", "us-east-1", "ap-south-1")
    assert sorted(three) == ["prod", "prod-ap-south-1", "prod-us-east-1"]
    assert three["prod-us-east-1"] == two["prod-us-east-1"]
    assert without_iam(three["prod"]) == without_iam(two["prod"])
    assert three["prod"] != two["prod"], "the policy covers the new region"
    moved = synthesized("eu-west-1", "ap-south-1", "us-east-1")
    assert moved == three
