"""Indexes change their blocks, and their state its layout, with real Terraform: no vector is touched.

In the long run also with each of VECTORFORM_TERRAFORMS.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nursery import local_aws
from tests.paths import ROOT
from tests.rehearsal.terraforming import Deployment, environment, index, others, set_up, unwrapped
from vectorform.engine import is_opentofu

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("index_blocks")]

STATES = ROOT / "tests" / "states"
NAMES = ["bare", "pages"]  # the former without non-filterable keys
BARE, PAGES = index(non_filterable_metadata_keys=[]), index()
OTHER = {"other": {"name": "safe-other", "indexes": {"pages": PAGES}}}
NOTHING = "0 added, 0 changed, 0 destroyed"
POLICY_ALONE = "0 added, 1 changed, 0 destroyed"
IN_ONE = {"pages": "indexes_documents", "bare": "keyless_indexes_documents"}
BY_AWS = "with an explicit deny in a resource-based policy"
BY_TERRAFORM = "cannot be destroyed"
BLOCK = "aws_s3vectors_index.indexes_documents"


@pytest.fixture(
    scope="module",
    params=["set up", *(pytest.param(other, marks=pytest.mark.long) for other in others())],
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two vector buckets; three vectors in each index of the one."""
    terraform = set_up() if request.param == "set up" else request.param
    with local_aws() as aws:
        made = Deployment(tmp_path_factory.mktemp("blocks") / "project", aws, terraform)
        made.apply(described())
        for name in NAMES:
            made.fill("safe", name)
        yield made


@pytest.fixture
def dev(made: Deployment) -> Deployment:
    """The same, whatever the test before left."""
    made.state_is_known = True
    made.bring_to(described())
    return made


def described(*, bucket: str = "documents", **own: Any) -> dict[str, Any]:
    of_bucket = {"name": "safe", "indexes": {"bare": BARE, "pages": PAGES}, **own}
    return {**environment(indexes={}), "vector_buckets": {bucket: of_bucket, **OTHER}}


def untouched(dev: Deployment) -> bool:
    return [dev.count("safe", name) for name in NAMES] == [3, 3]


def blocks(dev: Deployment, bucket: str = "documents") -> dict[str, str]:
    """The blocks that the state has the bucket's indexes in, by the key of the index."""
    found = (address.split(".")[1].partition("[") for address in dev.addresses())
    return {
        key.strip('"]').rpartition("/")[2]: block
        for block, _, key in found
        if key.startswith(f'"{bucket}/') and "indexes" in block
    }


def is_settled(dev: Deployment) -> bool:
    """Whether a further synth and plan have nothing to do, and no move of a single index is left."""
    dev.synthesize()
    document = (dev.stack / "cdk.tf.json").read_text()
    done = dev.run("plan", "-input=false", "-no-color", "-detailed-exitcode")
    return done.returncode == 0 and '"from": "aws_s3vectors_index.indexes_documents[' not in document


# A vector bucket that is deleted whole takes the blocks of its indexes along


def test_a_plan_limited_to_the_indexes_of_a_deleted_bucket_is_refused_by_the_bucket_itself(
    dev: Deployment,
) -> None:
    dev.write({**described(), "vector_buckets": OTHER})
    target, exclude = f"-target={BLOCK}", "-exclude=aws_s3vectors_vector_bucket.vector_buckets"
    attempts = {("apply",): BY_TERRAFORM, ("destroy",): BY_TERRAFORM}
    attempts |= {("apply", target): BY_AWS, ("destroy", target): BY_AWS}
    if is_opentofu(dev.terraform):  # Terraform has no -exclude
        attempts |= {("apply", exclude): BY_AWS, ("destroy", exclude): BY_TERRAFORM}
    for (command, *limit), refusal in attempts.items():
        done = dev.run(command, "-auto-approve", "-input=false", "-no-color", *limit)
        assert done.returncode == 1 and refusal in unwrapped(done.stdout + done.stderr)
    assert untouched(dev)


# Protection


def test_protection_moves_whole_blocks_there_and_back(dev: Deployment) -> None:
    said = dev.apply(described(deletion_protection=False))
    assert POLICY_ALONE in said
    assert f'{BLOCK}["documents/pages"] has moved' in said
    assert blocks(dev) == {
        "pages": "unprotected_indexes_documents",
        "bare": "unprotected_keyless_indexes_documents",
    }
    assert is_settled(dev)
    assert POLICY_ALONE in dev.apply(described())
    assert blocks(dev) == IN_ONE
    assert is_settled(dev) and untouched(dev)


# Spread


@pytest.mark.long
def test_every_change_of_the_spread_moves_by_itself_with_protection_and_retirement_at_once(
    dev: Deployment,
) -> None:
    assert NOTHING in dev.apply(described(index_blocks=16))
    assert set(blocks(dev).values()) == {"indexes_documents_1", "keyless_indexes_documents_3"}
    assert is_settled(dev)
    said = dev.apply(described(index_blocks=4, deletion_protection=False))
    assert POLICY_ALONE in said and is_settled(dev)
    retired = {"documents/pages": {"reason": "why"}}
    assert POLICY_ALONE in dev.apply({**described(index_blocks=64), "retired": retired})
    assert blocks(dev)["pages"] == "retired_indexes"
    assert POLICY_ALONE in dev.apply(described())
    assert blocks(dev) == IN_ONE
    assert is_settled(dev) and untouched(dev)


@pytest.mark.long
@pytest.mark.parametrize("protected", [True, False])
def test_a_spread_whose_state_is_not_known_is_moved_by_its_former_numbers_alone(
    dev: Deployment, protected: bool
) -> None:
    def of(**own: Any) -> dict[str, Any]:
        return described(deletion_protection=protected, **own)

    dev.state_is_known = False
    dev.apply(of())
    assert "Write index_blocks: [NUMBER, 16] until every region has" in dev.refused(of(index_blocks=16))
    for blocks_ in ([1, 16], 16):
        assert NOTHING in dev.apply(of(index_blocks=blocks_))
        assert NOTHING in dev.apply()
    assert "Write index_blocks: [NUMBER, 1] until every region has" in dev.refused(of())
    assert NOTHING in dev.apply(of(index_blocks=[16, 1]))
    assert NOTHING in dev.apply(of(index_blocks=1))
    prefix = "" if protected else "unprotected_"
    assert blocks(dev) == {key: f"{prefix}{block}" for key, block in IN_ONE.items()}
    assert untouched(dev)


@pytest.mark.long
@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("next_", [None, 1, 4, [1, 4], [4, 4]])
def test_a_number_that_the_state_has_and_the_file_forgets_at_once_is_refused(
    dev: Deployment, protected: bool, next_: Any
) -> None:
    """Between the two steps of a change: what is remembered must not follow the list alone."""
    dev.state_is_known = False
    dev.apply(described(deletion_protection=protected))
    dev.apply(described(deletion_protection=protected, index_blocks=[1, 16]))
    own = {} if next_ is None else {"index_blocks": next_}
    said = dev.refused(described(deletion_protection=protected, **own))
    assert 'terraform_data.index_blocks["documents/NUMBER"]' in said
    assert 'terraform_data.index_blocks["documents/16"]' in dev.addresses() and untouched(dev)
    dev.apply(described(deletion_protection=protected, index_blocks=[16, 1]))
    dev.apply(described(deletion_protection=protected, index_blocks=1))
    assert untouched(dev)


@pytest.mark.long
def test_a_retirement_is_taken_back_where_the_state_is_not_known(dev: Deployment) -> None:
    dev.apply(described(index_blocks=4))
    dev.state_is_known = False
    dev.apply({**described(index_blocks=4), "retired": {"documents/pages": {"reason": "why"}}})
    assert blocks(dev)["pages"] == "retired_indexes"
    assert "cannot be destroyed" in dev.refused(described(index_blocks=4))
    dev.apply(described(index_blocks=[4, 4]))
    assert blocks(dev)["pages"] != "retired_indexes" and untouched(dev)


# Keys


@pytest.mark.long
@pytest.mark.parametrize("known", [True, False])
def test_a_renamed_vector_bucket_and_index_move_with_their_blocks(dev: Deployment, known: bool) -> None:
    dev.apply(described(index_blocks=4))
    dev.state_is_known = known
    dev.apply(described(index_blocks=4))
    own = {"indexes": {"bare": BARE, "leaves": index(name="pages")}, "index_blocks": 4}
    moved = {"documents": "files", "documents/pages": "files/leaves"}
    assert NOTHING in dev.apply({**described(bucket="files", **own), "moved": moved})
    assert set(blocks(dev, "files")) == {"bare", "leaves"}
    back = {"files": "documents", "files/leaves": "documents/pages"}
    named = {"bare": BARE, "pages": index(name="pages")}
    assert NOTHING in dev.apply({**described(indexes=named, index_blocks=4), "moved": back})
    assert set(blocks(dev)) == {"bare", "pages"} and untouched(dev)


# Non-filterable keys


@pytest.mark.parametrize("key", NAMES)
def test_a_first_key_and_the_loss_of_all_keys_are_refused(dev: Deployment, key: str) -> None:
    edited = {"bare": BARE, "pages": PAGES, key: PAGES if key == "bare" else BARE}
    said = dev.refused(described(indexes=edited))
    assert "cannot be destroyed" in said
    assert ("must be replaced" in said) is (key == "bare")
    assert untouched(dev)


# States of before


@pytest.mark.parametrize(
    ("state_is_known", "unlike"),
    [
        (True, {}),
        *(
            pytest.param(known, unlike, marks=pytest.mark.long)
            for known in (True, False)
            for unlike in ({}, {"index_blocks": 4}, {"deletion_protection": False})
            if not known or unlike
        ),
    ],
)
def test_a_state_with_one_block_for_all_indexes_moves_by_itself(
    state_is_known: bool, unlike: dict[str, Any], tmp_path: Path
) -> None:
    """Terraform wrote it for a stack in which all vector buckets shared the blocks of their indexes."""
    recorded = STATES / "one-block-for-all-indexes"
    document = yaml.safe_load(recorded.with_suffix(".yaml").read_text())
    with local_aws() as aws:
        dev = Deployment(tmp_path / "project", aws, set_up())
        dev.apply(document)  # so that AWS has it all
        for bucket, name in (("safe-docs", "pages"), ("safe-docs", "plain"), ("safe-docs", "old")):
            dev.fill(bucket, name)
        shutil.copy(recorded.with_suffix(".tfstate"), dev.root / "terraform.dev.tfstate")
        dev.state_is_known = state_is_known
        document["vector_buckets"]["docs"] |= unlike
        if "deletion_protection" in unlike:
            del document["retired"]
        refused = not state_is_known and "index_blocks" in unlike
        if refused:  # it says where all regions have their indexes, and this one has not
            assert "cannot be destroyed" in dev.refused(document)
        else:
            said = dev.apply(document)
            created = [line for line in said.splitlines() if line.endswith("will be created")]
            # Where no synth can read the state, it remembers the number of blocks.
            remembered = [] if state_is_known else ["docs", "scratch"]
            assert created == [
                *(f'  # terraform_data.index_blocks["{key}/1"] will be created' for key in remembered),
                *(
                    f'  # terraform_data.index_blocks_remembered["{key}"] will be created'
                    for key in remembered
                ),
            ]
            assert "0 destroyed" in said
            assert 'aws_s3vectors_index.unprotected_indexes["scratch/bare"] has moved' in said
            assert blocks(dev, "scratch") == {
                "notes": "unprotected_indexes_scratch",
                "bare": "unprotected_keyless_indexes_scratch",
            }
            assert NOTHING in dev.apply(document)
        assert [dev.count("safe-docs", name) for name in ("pages", "plain", "old")] == [3, 3, 3]


@pytest.mark.long
def test_a_state_of_todays_layout_is_planned_over_without_a_change(tmp_path: Path) -> None:
    """Until the layout changes. Then this is the state of the one before, and says what moves."""
    recorded = STATES / "blocks-by-vector-bucket"
    document = yaml.safe_load(recorded.with_suffix(".yaml").read_text())
    with local_aws() as aws:
        dev = Deployment(tmp_path / "project", aws, set_up())
        dev.apply(document)  # so that AWS has it all
        shutil.copy(recorded.with_suffix(".tfstate"), dev.root / "terraform.dev.tfstate")
        assert NOTHING in dev.apply(document)


@pytest.mark.long
def test_a_state_that_remembers_each_model_by_itself_remembers_them_together(tmp_path: Path) -> None:
    recorded = STATES / "models-by-index"
    document = yaml.safe_load(recorded.with_suffix(".yaml").read_text())
    with local_aws() as aws:
        dev = Deployment(tmp_path / "project", aws, set_up())
        dev.apply(document)  # so that AWS has it all
        dev.fill("safe-docs", "pages")
        shutil.copy(recorded.with_suffix(".tfstate"), dev.root / "terraform.dev.tfstate")
        assert "3 added, 0 changed, 3 destroyed" in (said := dev.apply(document))
        assert "aws_s3vectors" not in said.partition("Apply complete")[0].partition("Destroying")[2]
        assert NOTHING in dev.apply(document) and dev.count("safe-docs", "pages") == 3
        document["vector_buckets"]["docs"]["indexes"]["pages"]["embedding_model"] = "another"
        assert "The vectors of docs/pages are of the embedding model our-model" in dev.refused(document)
