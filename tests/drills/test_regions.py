"""A region is down during a rollout. The steps build on each other, in this order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from s3vectors_local.faults import Fault
from tests.rollout.three_regions import HOME, SECOND, THIRD, TITLES, Prod, phases, three_regions

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-regions")]


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prod]:
    with three_regions(tmp_path_factory.mktemp("regions")) as prod:
        done = prod.rollout()
        assert done.returncode == 0, done.stdout + done.stderr
        for region in (HOME, SECOND, THIRD):
            vectors = [{"key": "kept", "data": {"float32": [1.0] * 8}}]
            names = {"vectorBucketName": "notes-prod", "indexName": "pages"}
            prod.client(region).put_vectors(**names, vectors=vectors)
        yield prod


def kept(prod: Prod, region: str) -> int:
    listed = prod.client(region).list_vectors(vectorBucketName="notes-prod", indexName="pages")
    return len(listed["vectors"])


@pytest.mark.parametrize("kind", ["drop", "server-error"])
def test_what_comes_after_it_is_held(prod: Prod, kind) -> None:
    """Its own stack fails in the plan and is left as it was; the regions before it are done."""
    prod.aws.inject(Fault(kind, region=SECOND))
    if kind == "drop":
        prod.project.edit("config/prod.yaml", "    indexes:\n", f"    indexes:\n{TITLES}")
    done = prod.rollout()
    prod.aws.clear_faults()
    assert done.returncode == 1, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "done", SECOND: "failed", THIRD: "held"}
    assert f"held, not touched: {THIRD}" in done.stdout
    assert f"vectorform rollout prod --from {SECOND}" in done.stdout
    assert [prod.indexes(region) for region in (HOME, SECOND, THIRD)] == [
        ["pages", "titles"],
        ["pages"],
        ["pages"],
    ]


def test_once_it_is_back_the_rollout_goes_on_from_there(prod: Prod) -> None:
    done = prod.rollout("--from", SECOND)
    assert done.returncode == 0, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "skipped", SECOND: "done", THIRD: "done"}
    for region in (HOME, SECOND, THIRD):
        assert prod.indexes(region) == ["pages", "titles"]
        assert kept(prod, region) == 1
    again = prod.rollout()
    assert again.stdout.count("no changes") == 3, again.stdout
