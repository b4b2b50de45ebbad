"""What is remembered of embedding models: by what identifies the index in AWS, wherever the file has it."""

from __future__ import annotations

import re

from tests.model import environment, index, region, vector_bucket
from vectorform.blocks.maps import maps
from vectorform.blocks.model_rows import model_rows
from vectorform.blocks.moves import moves
from vectorform.desired.addresses import embedding_models_block, is_bookkeeping
from vectorform.desired.model import Embedding, IndexBlocks, Region, Retirement

PAGES = index(embedding_model=Embedding("our-model", ("our-modell",)))


def of(*indexes: object, **values: object) -> Region:
    return region(vector_bucket(*indexes, **values))  # type: ignore[arg-type]


def member(region: Region) -> str:
    """The name under which the one model of a region is remembered."""
    ((found, _),) = next(iter(model_rows(region).values())).items()
    return found


def test_only_an_index_with_a_model_is_remembered() -> None:
    name = member(of(PAGES, index("bare")))
    assert model_rows(of(PAGES, index("bare"))) == {
        embedding_models_block(name): {
            name: {"index": "documents/pages", "model": "our-model", "was": ["our-modell"]}
        }
    }
    assert model_rows(of(index())) == {}


def test_it_stays_where_it_is_when_the_index_gets_another_block() -> None:
    found = model_rows(of(PAGES))
    assert found == model_rows(of(PAGES, index_blocks=IndexBlocks(64, (1,))))
    assert found == model_rows(of(PAGES, deletion_protection=False))
    retired = index(embedding_model=PAGES.embedding_model, retirement=Retirement("old"))
    assert found == model_rows(of(retired))


def test_it_stays_where_it_is_when_the_key_is_another() -> None:
    other = index("leaves", name=PAGES.name, embedding_model=PAGES.embedding_model)
    assert member(of(PAGES)) == member(of(other))
    moved = environment(of(other), moved={"documents/pages": "documents/leaves"})
    assert not [move for move in moves(moved, moved.home, {}) if "embedding" in move["from"]]


def test_another_index_is_remembered_anew() -> None:
    others = [
        of(index(embedding_model=PAGES.embedding_model, dimension=5)),
        of(index(embedding_model=PAGES.embedding_model, name="other")),
        of(PAGES, name="other"),
    ]
    assert len({member(other) for other in (of(PAGES), *others)}) == 4


def test_every_name_of_an_index_is_one_that_terraform_takes() -> None:
    for name in ("7-up", "a.b.c", "pages"):
        found = member(of(index(name=name, embedding_model=PAGES.embedding_model)))
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", found)


def test_thousands_are_spread_over_the_blocks() -> None:
    many = of(*(index(f"i{n}", name=f"i{n}", embedding_model=Embedding("our-model")) for n in range(2000)))
    sizes = [len(rows) for rows in model_rows(many).values()]
    assert len(sizes) == 64 and sum(sizes) == 2000 and max(sizes) < 60


def test_terraforms_own_records() -> None:
    (address,) = model_rows(of(PAGES))
    assert is_bookkeeping(address) and is_bookkeeping('terraform_data.index_blocks["documents"]')
    assert not is_bookkeeping("terraform_data.mine")


def test_the_tag_of_the_index() -> None:
    found = maps(environment(of(PAGES)), of(PAGES), state_is_known=True)
    tags = found["aws_s3vectors_index.keyless_indexes_documents"]["documents/pages"]["tags"]
    assert tags == {"vectorform:embedding-model": "our-model"}
