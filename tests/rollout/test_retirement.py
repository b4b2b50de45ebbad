"""An index replaced in three regions, one of them forgotten: by `cdktf deploy` and by `vectorform rollout`.

The steps build on each other, in this order.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rollout.three_regions import HOME, SECOND, THIRD, TITLES, Prod, phases, three_regions

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("retirement")]

REGIONS = (HOME, SECOND, THIRD)
CONFIG = "config/prod.yaml"
RETIRED = """\
retired:
  notes/pages:
    reason: replaced by titles
    replaced_by: notes/titles
"""


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prod]:
    """Deployed, with three vectors in the old index of each region, and a new index beside it."""
    with three_regions(tmp_path_factory.mktemp("retirement")) as prod:
        prod.project.edit(CONFIG, "    indexes:\n", f"    indexes:\n{TITLES}")
        done = prod.rollout()
        assert done.returncode == 0, done.stdout + done.stderr
        for region in REGIONS:
            write(prod, region, range(3))
        yield prod


def write(prod: Prod, region: str, numbers: range) -> None:
    vectors = [{"key": f"v{number}", "data": {"float32": [1.0 + number] * 8}} for number in numbers]
    prod.client(region).put_vectors(vectorBucketName="notes-prod", indexName="pages", vectors=vectors)


def keys(prod: Prod, region: str, index: str) -> int | None:
    client = prod.client(region)
    if index not in prod.indexes(region):
        return None
    return len(client.list_vectors(vectorBucketName="notes-prod", indexName=index)["vectors"])


def counts(prod: Prod) -> list[int | None]:
    """The vectors of the old index in each region."""
    return [keys(prod, region, "pages") for region in REGIONS]


def append(prod: Prod, text: str) -> None:
    path = prod.project.path / CONFIG
    path.write_text(path.read_text() + text)


def test_a_region_that_was_left_out_is_named(prod: Prod) -> None:
    done = prod.project.vectorform(
        "migrate", "-e", "prod", "notes/pages", "notes/titles", "--region", HOME, "--region", SECOND
    )
    assert done.returncode == 0, done.stderr
    assert f"left out (--region), so nothing was copied or compared there: {THIRD}" in done.stdout


def test_confirmed_without_a_comparison_nothing_is_synthesized(prod: Prod) -> None:
    """Neither cdktf nor rollout asks the guard for that."""
    append(prod, RETIRED)
    done = prod.rollout()
    assert done.returncode == 0, done.stdout + done.stderr
    append(prod, "    confirm_destroy: true\n")
    for done in (prod.project.deploy("prod", "prod-*"), prod.rollout()):
        assert done.returncode != 0
        said = " ".join((done.stdout + done.stderr).split())
        assert f"it has not been compared with `notes/titles` in {HOME}, {SECOND}, {THIRD}" in said
        assert "vectorform retire prod notes/pages" in said
    assert counts(prod) == [3, 3, 3]


def test_the_comparison_finds_the_forgotten_region(prod: Prod) -> None:
    done = prod.project.vectorform("retire", "prod", "notes/pages")
    assert done.returncode == 1
    assert f"notes/pages [{THIRD}]: 3 of 3 keys are not in notes/titles" in done.stdout
    assert "compared:" not in (prod.project.path / CONFIG).read_text()
    done = prod.project.vectorform("migrate", "-e", "prod", "notes/pages", "notes/titles")
    assert done.returncode == 0 and done.stdout.count("the same content") == 3
    done = prod.project.vectorform("retire", "prod", "notes/pages")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_an_application_wrote_since_then_holds_the_rollout(prod: Prod) -> None:
    write(prod, SECOND, range(5))
    done = prod.rollout()
    assert done.returncode == 1
    assert phases(done.stdout) == {HOME: "done", SECOND: "failed", THIRD: "held"}
    assert "now: compared all 3 keys: notes/titles has all of them" in done.stdout
    assert "2 of 5 keys are not in notes/titles" in done.stdout
    assert counts(prod) == [None, 5, 3]


def test_what_was_not_compared_is_not_called_equal(prod: Prod) -> None:
    done = prod.project.vectorform("migrate", "-e", "prod", "notes/pages", "notes/titles", "--region", SECOND)
    assert done.returncode == 0, done.stdout + done.stderr
    done = prod.rollout("--only", SECOND, "--compare-keys", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "; the rest was not compared" in done.stdout


def test_plain_cdktf_deletes_the_rest_and_no_vector_is_lost(prod: Prod) -> None:
    done = prod.project.deploy("prod", "prod-*")
    assert done.returncode == 0, done.stdout + done.stderr
    assert counts(prod) == [None, None, None]
    assert [keys(prod, region, "titles") for region in REGIONS] == [3, 5, 3]
