"""A region is down during a rollout."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from s3vectors_local.faults import Fault
from tests.rollout.three_regions import HOME, SECOND, THIRD, TITLES, Prod, Step, phases, three_regions

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-regions")]

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Outage:
    """The index that was added meanwhile, and how its rollout went."""

    added: str
    step: Step


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


@pytest.fixture(scope="module", params=["drop", "server-error"])
def outage(request: pytest.FixtureRequest, prod: Prod) -> Outage:
    """The second region is down while an index is rolled out."""
    added = f"added-{next(_NUMBERS)}"
    index = TITLES.replace("titles", added)
    prod.project.edit("config/prod.yaml", "    indexes:\n", f"    indexes:\n{index}")
    return Outage(added, prod.step(prod.rollout, Fault(request.param, region=SECOND)))


@pytest.fixture(scope="module")
def resumed(prod: Prod, outage: Outage) -> Step:
    """It is back."""
    return prod.step(lambda: prod.rollout("--from", SECOND))


def test_what_comes_after_it_is_held(outage: Outage) -> None:
    """Its own stack fails in the plan and is left as it was; the regions before it are done."""
    done = outage.step.done
    assert done.returncode == 1, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "done", SECOND: "failed", THIRD: "held"}
    assert f"not started:  {THIRD}" in done.stdout
    assert f"vectorform rollout prod --from {SECOND}" in done.stdout
    having = [region for region, indexes in outage.step.indexes.items() if outage.added in indexes]
    assert having == [HOME]
    assert all("pages" in indexes for indexes in outage.step.indexes.values())


def test_once_it_is_back_the_rollout_goes_on_from_there(prod: Prod, outage: Outage, resumed: Step) -> None:
    done = resumed.done
    assert done.returncode == 0, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "skipped", SECOND: "done", THIRD: "done"}
    for region in (HOME, SECOND, THIRD):
        assert {"pages", outage.added} <= set(resumed.indexes[region])
        assert resumed.indexes[region] == resumed.indexes[HOME]
        assert kept(prod, region) == 1
    again = prod.rollout()
    assert again.stdout.count("no changes") == 3, again.stdout
