"""The moves of a stack, as data: with its state known, and without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model import access, environment, index, region, vector_bucket
from vectorform.blocks.maps import maps
from vectorform.blocks.moves import moves, removals
from vectorform.desired import kinds
from vectorform.desired.addresses import index_address
from vectorform.desired.index_blocks import block_number
from vectorform.desired.knowledge_base_roles import own_role
from vectorform.desired.model import (
    DataSource,
    Encryption,
    Grant,
    Index,
    IndexBlocks,
    Key,
    KnowledgeBase,
    Region,
    Retirement,
)
from vectorform.desired.placement import Placed, Placement
from vectorform.desired.policies import access_policy

SPREAD = IndexBlocks(16, ())
RETIRED = Retirement("replaced")


def keyed(key: str = "pages", **values: object) -> Index:
    return index(key, non_filterable_metadata_keys=("text",), **values)


def chains(of: Region, placement: Placement | None = None, **values: object) -> list[list[str]]:
    """The moves, joined to chains and shortened to block and key."""
    joined: list[list[str]] = []
    for move in moves(environment(of, **values), of, placement):
        origin, target = (move[end].partition(".")[2] for end in ("from", "to"))
        if joined and joined[-1][-1] == origin:
            joined[-1].append(target)
        else:
            joined.append([origin, target])
    return joined


def of_instances(found: list[list[str]]) -> list[list[str]]:
    """The chains of single indexes."""
    return [chain for chain in found if "indexes" in chain[0] and "[" in chain[0]]


def at(block: str, *keys: str, keyless: bool = False) -> dict[str, Placed]:
    return dict.fromkeys(keys, Placed(kinds.INDEX.block(block), keyless))


# Whole blocks


@pytest.mark.parametrize(
    ("protected", "one", "other"), [(True, "unprotected_", ""), (False, "", "unprotected_")]
)
def test_a_change_of_protection_moves_whole_blocks(protected: bool, one: str, other: str) -> None:
    of = region(vector_bucket(keyed(), deletion_protection=protected, index_blocks=IndexBlocks(2, ())))
    assert chains(of) == [
        [f'{one}vector_buckets["documents"]', f'{other}vector_buckets["documents"]'],
        *(
            [f"{one}{block}", f"{other}{block}"]
            for block in (
                "indexes_documents",
                "indexes_documents_1",
                "keyless_indexes_documents",
                "keyless_indexes_documents_1",
            )
        ),
    ]


def test_a_created_key_and_its_alias_follow_the_protection_of_their_bucket() -> None:
    created = Encryption("aws:kms", create_key=True)
    found = chains(region(vector_bucket(encryption=created)), {})
    assert ['unprotected_encryption_keys["documents"]', 'encryption_keys["documents"]'] in found
    assert len(found) == 5


def test_no_number_of_indexes_adds_a_move() -> None:
    few, many = (
        region(vector_bucket(*(keyed(f"k{number}") for number in range(count)), index_blocks=SPREAD))
        for count in (0, 500)
    )
    state = {
        found.address: Placed(index_address(many.vector_buckets[0], found).partition("[")[0], False)
        for found in many.vector_buckets[0].indexes
    }
    assert chains(few) == chains(many) == chains(many, state) == chains(many, {})


# The state is known


def test_what_an_earlier_layout_has_elsewhere_moves_and_nothing_else() -> None:
    of = region(vector_bucket(keyed("a"), keyed("b"), index("c")))
    state = at("indexes", "documents/a") | at("retired_indexes", "documents/b")
    state |= at("keyless_indexes_documents", "documents/c", keyless=True)
    assert of_instances(chains(of, state)) == [
        ['indexes["documents/a"]', 'indexes_documents["documents/a"]'],
        ['retired_indexes["documents/b"]', 'indexes_documents["documents/b"]'],
    ]


def test_another_spread_starts_from_the_block_with_the_protection_of_today() -> None:
    number = block_number("pages", 16)
    assert number  # so that it moves
    of = region(vector_bucket(keyed(), index_blocks=SPREAD))
    for had in ("", "unprotected_"):
        found = chains(of, at(f"{had}indexes_documents", "documents/pages"))
        assert ["unprotected_indexes_documents", "indexes_documents"] in found
        assert of_instances(found) == [
            ['indexes_documents["documents/pages"]', f'indexes_documents_{number}["documents/pages"]']
        ]


def test_a_block_that_fewer_blocks_leave_out_moves_to_the_protection_of_today_first() -> None:
    of = region(vector_bucket(keyed()))
    found = chains(of, at("unprotected_indexes_documents_9", "documents/pages"))
    assert ["unprotected_indexes_documents_9", "indexes_documents_9"] in found
    assert of_instances(found) == [
        ['indexes_documents_9["documents/pages"]', 'indexes_documents["documents/pages"]']
    ]


def test_a_first_key_moves_an_index_and_the_loss_of_all_keys_does_not() -> None:
    """There Terraform plans a replacement and refuses it; here it would ignore the edit."""
    state = at("keyless_indexes_documents", "documents/pages", keyless=True)
    assert of_instances(chains(region(vector_bucket(keyed())), state)) == [
        ['keyless_indexes_documents["documents/pages"]', 'indexes_documents["documents/pages"]']
    ]
    for block in ("indexes_documents", "indexes"):
        assert of_instances(chains(region(vector_bucket(index())), at(block, "documents/pages"))) == []


def test_retiring_and_taking_it_back_move_one_index() -> None:
    plain, retired = (region(vector_bucket(keyed(), keyed("b", retirement=why))) for why in (None, RETIRED))
    deployed = at("indexes_documents", "documents/pages", "documents/b")
    assert of_instances(chains(retired, deployed)) == [
        ['indexes_documents["documents/b"]', 'retired_indexes["documents/b"]']
    ]
    assert of_instances(chains(plain, deployed | at("retired_indexes", "documents/b"))) == [
        ['retired_indexes["documents/b"]', 'indexes_documents["documents/b"]']
    ]


def test_an_index_moves_with_its_bucket() -> None:
    of = region(vector_bucket(keyed()))
    moved = {"files": "documents", "documents/leaves": "documents/pages"}
    found = chains(of, at("unprotected_indexes_files", "files/leaves"), moved=moved)
    assert ['vector_bucket_policies["files"]', 'vector_bucket_policies["documents"]'] in found
    assert ["unprotected_indexes_files", "indexes_files"] in found
    assert of_instances(found) == [['indexes_files["files/leaves"]', 'indexes_documents["documents/pages"]']]


# The state is not known


def test_without_index_blocks_an_index_may_be_where_all_were_before() -> None:
    assert of_instances(chains(region(vector_bucket(keyed(), index("plain"))))) == [
        [
            'indexes["documents/pages"]',
            'unprotected_indexes["documents/pages"]',
            'retired_indexes["documents/pages"]',
            'keyless_indexes_documents["documents/pages"]',
            'indexes_documents["documents/pages"]',
        ],
        [
            'indexes["documents/plain"]',
            'unprotected_indexes["documents/plain"]',
            'retired_indexes["documents/plain"]',
            'keyless_indexes_documents["documents/plain"]',
        ],
    ]


def test_former_numbers_of_blocks_are_where_it_may_be() -> None:
    small, large = block_number("pages", 16), block_number("pages", 64)
    of = region(vector_bucket(keyed(), index_blocks=IndexBlocks(64, (1, 16))))
    assert of_instances(chains(of)) == [
        [
            'indexes_documents["documents/pages"]',
            f'indexes_documents_{small}["documents/pages"]',
            f'indexes_documents_{large}["documents/pages"]',
        ]
    ]


def test_the_number_of_today_among_the_former_says_that_it_may_be_anywhere() -> None:
    number = block_number("pages", 16)
    of = region(vector_bucket(keyed(), index_blocks=IndexBlocks(16, (16,))))
    assert of_instances(chains(of)) == [
        [
            'indexes["documents/pages"]',
            'unprotected_indexes["documents/pages"]',
            'retired_indexes["documents/pages"]',
            f'keyless_indexes_documents_{number}["documents/pages"]',
            f'indexes_documents_{number}["documents/pages"]',
        ]
    ]


def test_a_renamed_index_may_have_been_under_all_of_its_keys() -> None:
    of = region(vector_bucket(keyed(), index_blocks=IndexBlocks(1, ())))
    moved = {"files": "documents", "documents/leaves": "documents/pages"}
    assert of_instances(chains(of, moved=moved)) == [
        [
            'indexes_files["files/leaves"]',
            'indexes_documents["documents/leaves"]',
            'indexes_documents["documents/pages"]',
        ]
    ]


# Leaving


@pytest.mark.parametrize(
    ("former", "before"), [((), []), ((1,), [1]), ((64, 1), [64, 1]), ((16,), []), ((16, 1, 16), [1])]
)
def test_what_is_remembered_of_a_spread_follows_the_numbers_and_the_keys_of_the_file(
    former: tuple[int, ...], before: list[int]
) -> None:
    """And nothing else: with a number that the file does not have, Terraform creates it, and refuses that."""
    of = region(vector_bucket(keyed(), index_blocks=IndexBlocks(16, former)))

    def remembered(**values: object) -> list[list[str]]:
        return [chain for chain in chains(of, **values) if "index_blocks" in chain[0]]

    today = [f'index_blocks["documents/{number}"]' for number in (*before, 16)]
    assert remembered() == ([today] if before else [])
    assert remembered(moved={"files": "documents"}) == [
        ['index_blocks_remembered["files"]', 'index_blocks_remembered["documents"]'],
        [*(name.replace("documents", "files") for name in today), *today],
    ]
    assert not any("index_blocks" in chain[0] for chain in chains(of, {}))


@pytest.mark.parametrize("state", [None, at("retired_indexes", "documents/old")])
def test_a_confirmed_deletion_starts_from_the_retired_alone(state: Placement | None) -> None:
    """One that is still protected in the state has no way out, so Terraform refuses to delete it."""
    old = keyed("old", retirement=Retirement("replaced", confirm_destroy=True))
    of = region(vector_bucket(leaving=(old,)))
    assert of_instances(chains(of, state)) == [
        ['retired_indexes["documents/old"]', 'confirmed_deletions["documents/old"]']
    ]
    assert removals(of) == []


def test_a_kept_index_is_forgotten_from_wherever_it_is() -> None:
    old = keyed("old", retirement=Retirement("given away", keep=True))
    of = region(vector_bucket(leaving=(old,)))
    (removal,) = removals(of)
    kept = removal["from"].removeprefix(kinds.INDEX.block(""))
    assert removal["lifecycle"] == {"destroy": False}
    (anywhere,) = of_instances(chains(of))
    assert anywhere[-1] == kept and 'indexes_documents["documents/old"]' in anywhere
    for block in ("indexes", "retired_indexes", "indexes_documents"):
        assert of_instances(chains(of, at(block, "documents/old"))) == [[f'{block}["documents/old"]', kept]]
    assert of_instances(chains(of, {})) == []


def test_no_address_is_the_target_of_two_moves() -> None:
    """Terraform refuses that as ambiguous."""
    leaving = (
        keyed("c", retirement=Retirement("why", confirm_destroy=True)),
        keyed("d", retirement=Retirement("why", keep=True)),
    )
    bucket = vector_bucket(keyed("a"), keyed("b", retirement=RETIRED), leaving=leaving)
    for blocks in (IndexBlocks(), IndexBlocks(16, (1, 4)), IndexBlocks(4, ())):
        of = region(replace(bucket, index_blocks=blocks))
        moved = {"old": "documents", "old/x": "old/a"}
        targets = [move["to"] for move in moves(environment(of, moved=moved), of, None)]
        assert len(targets) == len(set(targets)) > 10


# A vector bucket that is let go


@pytest.mark.parametrize("placement", [None, at("indexes_documents", "documents/pages")])
def test_a_vector_bucket_that_is_let_go_takes_everything_along(placement: Placement | None) -> None:
    keep = Retirement("not ours", keep=True)
    encryption = Encryption("aws:kms", create_key=True)
    kept = index("old", retirement=keep)
    bucket = vector_bucket(keyed(), leaving=(kept,), encryption=encryption, retirement=keep)
    other = vector_bucket(keyed("notes", bucket="second"), key="second")
    of = replace(region(other), leaving=(bucket,))
    rows = maps(environment(of), of, state_is_known=placement is not None).values()
    assert all("documents" not in key for block in rows for key in block)
    removed = {removal["from"] for removal in removals(of)}
    assert sorted(address.partition(".kept_")[0] for address in removed) == [
        "aws_kms_alias",
        "aws_kms_key",
        "aws_s3vectors_index",
        "aws_s3vectors_index",
        "aws_s3vectors_vector_bucket",
        "aws_s3vectors_vector_bucket_policy",
    ]
    found = moves(environment(of), of, placement)
    targets = [move["to"] for move in found]
    assert len(targets) == len(set(targets))
    in_state = 5 if placement else 6  # Terraform forgets what the state has: there, not the kept index
    assert len(removed & set(targets)) == in_state
    assert not removed & {move["from"] for move in found}
    granted = access(grants=(Grant("documents", ("pages",)),))
    document = access_policy(environment(of, access=(granted,)), granted)
    assert f"bucket/{bucket.name}/index/pages" in str(document)


# Keys


@pytest.mark.parametrize("protected", [True, False])
def test_a_renamed_key_and_its_alias_follow_every_former_name(protected: bool) -> None:
    key = Key("documents", "alias/search/documents", deletion_protection=protected)
    found = chains(region(keys=(key,)), moved={"keys/papers": "keys/texts", "keys/texts": "keys/documents"})
    one, other = ("unprotected_", "") if protected else ("", "unprotected_")
    names = [f'["keys/{name}"]' for name in ("papers", "texts", "documents")]
    assert found == [
        [f"{block}{kind}{name}" for name in names for block in (one, other)]
        for kind in ("encryption_keys", "encryption_key_aliases")
    ]


# Knowledge bases


def test_a_knowledge_base_takes_its_data_sources_and_its_own_role_along() -> None:
    source = DataSource("manuals", "manuals", "arn:aws:s3:::example-manuals")
    role = own_role("handbook")
    of = KnowledgeBase("handbook", "handbook", "our-model", role, "documents/pages", data_sources=(source,))
    home = region(vector_bucket(keyed()), knowledge_bases=(of,))
    moved = {
        "knowledge_bases/book": "knowledge_bases/handbook",
        "knowledge_bases/handbook/papers": "knowledge_bases/handbook/manuals",
    }
    found = [chain for chain in chains(home, moved=moved) if "indexes" not in chain[0]]
    assert found[-4:] == [
        ['knowledge_bases["book"]', 'knowledge_bases["handbook"]'],
        ['access_roles["knowledge-base/book"]', 'access_roles["knowledge-base/handbook"]'],
        [
            'access_role_statements["knowledge-base/book"]',
            'access_role_statements["knowledge-base/handbook"]',
        ],
        [
            'data_sources_book["book/papers"]',
            'data_sources_handbook["handbook/papers"]',
            'data_sources_handbook["handbook/manuals"]',
        ],
    ]
