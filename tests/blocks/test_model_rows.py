"""What is remembered of embedding models: by the key of the index, wherever the index itself is."""

from __future__ import annotations

from tests.model import environment, index, region, vector_bucket
from vectorform.blocks.maps import maps
from vectorform.blocks.model_rows import model_rows
from vectorform.blocks.moves import moves
from vectorform.desired.addresses import embedding_model_address, embedding_model_block, is_bookkeeping
from vectorform.desired.model import Embedding, IndexBlocks, Region, Retirement

PAGES = index(embedding_model=Embedding("our-model", ("our-modell",)))


def of(*indexes: object, **values: object) -> Region:
    return region(vector_bucket(*indexes, **values))  # type: ignore[arg-type]


def test_only_an_index_with_a_model_is_remembered() -> None:
    blocks = model_rows(of(PAGES, index("bare")))
    assert list(blocks) == [embedding_model_block("documents/pages")]
    row = blocks[embedding_model_block("documents/pages")]["documents/pages"]
    assert (row["model"], row["was"]) == ("our-model", ["our-modell"])
    assert model_rows(of(index())) == {}


def test_it_stays_where_it_is_when_the_index_gets_another_block() -> None:
    found = model_rows(of(PAGES))
    assert found == model_rows(of(PAGES, index_blocks=IndexBlocks(64, (1,))))
    assert found == model_rows(of(PAGES, deletion_protection=False))
    retired = index(embedding_model=PAGES.embedding_model, retirement=Retirement("old"))
    assert found == model_rows(of(retired))


def test_another_index_of_the_same_key_is_remembered_anew() -> None:
    row, other = (
        model_rows(of(which))[embedding_model_block("documents/pages")]["documents/pages"]["index"]
        for which in (PAGES, index(embedding_model=PAGES.embedding_model, dimension=5))
    )
    assert row != other


def test_it_follows_a_key_that_has_moved() -> None:
    moved = {"documents/sheets": "documents/leaves", "documents/leaves": "documents/pages"}
    where = environment(of(PAGES), moved=moved)
    found = [(move["from"], move["to"]) for move in moves(where, where.home, {})]
    sheets, leaves, pages = (
        embedding_model_address(f"documents/{key}") for key in ("sheets", "leaves", "pages")
    )
    assert [pair for pair in found if "embedding" in pair[0]] == [(sheets, leaves), (leaves, pages)]
    bare = environment(of(index()), moved=moved)
    assert not [move for move in moves(bare, bare.home, {}) if "embedding" in move["from"]]


def test_thousands_are_spread_over_the_blocks() -> None:
    many = of(*(index(f"i{n}", embedding_model=Embedding("our-model")) for n in range(2000)))
    sizes = [len(rows) for rows in model_rows(many).values()]
    assert len(sizes) == 64 and max(sizes) < 100


def test_terraforms_own_records() -> None:
    address = embedding_model_address("documents/pages")
    assert is_bookkeeping(address) and is_bookkeeping('terraform_data.index_blocks["documents"]')
    assert not is_bookkeeping("terraform_data.mine")


def test_the_tag_of_the_index() -> None:
    found = maps(environment(of(PAGES)), of(PAGES), state_is_known=True)
    tags = found["aws_s3vectors_index.keyless_indexes_documents"]["documents/pages"]["tags"]
    assert tags == {"vectorform:embedding-model": "our-model"}
