"""Waves as dependencies between stacks, which is what `cdktf deploy prod 'prod-*'` goes by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import model
from vectorform.blocks import bindings
from vectorform.desired.model import Environment

pytestmark = pytest.mark.toolchain


def dependencies(environment: Environment, folder: Path) -> dict[str, list[str]]:
    bindings.prepare()
    from stacks.app import synthesize

    synthesize([environment], folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: sorted(stack["dependencies"]) for name, stack in manifest["stacks"].items()}


def test_every_stack_depends_on_the_wave_before_and_says_nothing_of_it(tmp_path: Path) -> None:
    regions = ("eu-west-1", "us-east-1", "us-west-2", "sa-east-1", "af-south-1")
    waves = (("us-east-1",), ("eu-west-1", "sa-east-1"), ("us-west-2", "af-south-1"))
    in_waves = model.environment(*regions, waves=waves)
    at_once = model.environment(*regions)
    assert dependencies(in_waves, tmp_path / "waves") == {
        "prod-us-east-1": [],
        "prod": ["prod-us-east-1"],
        "prod-sa-east-1": ["prod-us-east-1"],
        "prod-us-west-2": ["prod", "prod-sa-east-1"],
        "prod-af-south-1": ["prod", "prod-sa-east-1"],
    }
    assert set(map(tuple, dependencies(at_once, tmp_path / "at-once").values())) == {()}
    for stack in ("prod", "prod-us-west-2"):
        document = Path("stacks") / stack / "cdk.tf.json"
        assert (tmp_path / "waves" / document).read_text() == (tmp_path / "at-once" / document).read_text()
