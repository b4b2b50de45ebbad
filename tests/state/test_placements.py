"""Where local states have indexes: known, or not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import model
from tests.paths import ROOT
from vectorform.desired.model import Backend
from vectorform.desired.placement import Placed
from vectorform.state.placements import placements

RECORDED = ROOT / "tests" / "states" / "one-block-for-all-indexes.tfstate"
DEV = model.environment(name="dev")


def found(folder: Path, text: str | bytes | None, environment: Any = DEV) -> Any:
    if text is not None:
        (folder / "terraform.dev.tfstate").write_bytes(text.encode() if isinstance(text, str) else text)
    return placements([environment], folder).get("dev")


def test_every_index_of_a_state_with_its_block(tmp_path: Path) -> None:
    one, unprotected = "aws_s3vectors_index.indexes", "aws_s3vectors_index.unprotected_indexes"
    assert found(tmp_path, RECORDED.read_bytes()) == {
        "docs/pages": Placed(one, keyless=False),
        "docs/plain": Placed(one, keyless=True),
        "docs/old": Placed("aws_s3vectors_index.retired_indexes", keyless=False),
        "scratch/notes": Placed(unprotected, keyless=False),
        "scratch/bare": Placed(unprotected, keyless=True),
    }


@pytest.mark.parametrize("text", [None, ""])
def test_no_state_has_none(tmp_path: Path, text: str | None) -> None:
    """Nor has a file that Terraform only made to lock it."""
    assert found(tmp_path, text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        "{}",
        json.dumps({"encrypted_data": "eyJz", "encryption_version": "v0"}),
        b"\xff",
    ],
)
def test_what_is_no_state_is_not_known(tmp_path: Path, text: str | bytes) -> None:
    assert found(tmp_path, text) is None


def test_a_state_that_is_elsewhere_is_not_known(tmp_path: Path) -> None:
    remote = model.environment(name="dev", backend=Backend("s3"))
    assert found(tmp_path, RECORDED.read_bytes(), remote) is None
