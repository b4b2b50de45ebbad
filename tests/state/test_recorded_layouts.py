"""Every layout of addresses that was deployed has a state in tests/states; upgrades are planned over it."""

from __future__ import annotations

import os
from pathlib import Path

from tests import model
from tests.paths import ROOT
from vectorform.blocks.model_rows import model_rows
from vectorform.desired import addresses
from vectorform.desired.created_keys import created_keys
from vectorform.desired.model import Embedding, Encryption

STATES = ROOT / "tests" / "states"
LAYOUT = STATES / "layout.txt"
HOW = f"""
The addresses of deployed resources have changed, which a deployed project has to survive:
1. In the commit before, `vectorform rehearse dev --keep` of an environment with two buckets and a role; copy
   config/dev.yaml and .rehearsal/terraform.dev.tfstate to tests/states/NAME.yaml and NAME.tfstate.
2. Plan over it, as tests/rehearsal/test_index_blocks.py does with the recorded state, and name every change
   in CHANGELOG.md.
3. VECTORFORM_REGENERATE=1 .venv/bin/python -m pytest {Path(__file__).relative_to(ROOT)}
"""


def layout() -> str:
    """The address of one thing of each kind."""
    index = model.index("pages", bucket="documents", embedding_model=Embedding("our-model"))
    bucket = model.vector_bucket(index, key="documents", encryption=Encryption("aws:kms", create_key=True))
    ((key_name, key),) = created_keys(model.region(bucket)).items()
    access = model.access("application", bucket="documents")
    found = (
        addresses.vector_bucket_address(bucket),
        addresses.vector_bucket_policy_address(bucket),
        addresses.index_address(bucket, index),
        *(f"{block}: {name}" for block, rows in model_rows(model.region(bucket)).items() for name in rows),
        addresses.encryption_key_address(key_name, key),
        addresses.access_policy_address(access),
        addresses.access_role_address(access),
    )
    return "".join(f"{address}\n" for address in found)


def test_a_new_layout_of_addresses_has_the_state_of_the_one_before() -> None:
    if os.environ.get("VECTORFORM_REGENERATE"):
        LAYOUT.write_text(layout(), encoding="utf-8")
    assert layout() == LAYOUT.read_text(encoding="utf-8"), HOW


def test_every_recorded_state_has_its_yaml_and_is_planned_over() -> None:
    recorded = {path.stem for path in STATES.glob("*.tfstate")}
    assert recorded == {path.stem for path in STATES.glob("*.yaml")}
    planned = (ROOT / "tests" / "rehearsal" / "test_index_blocks.py").read_text(encoding="utf-8")
    assert all(f'"{name}"' in planned for name in recorded)
