"""The same waves by `cdktf deploy prod 'prod-*'` itself: its order is that of the stacks' dependencies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from s3vectors_local.faults import Fault
from tests.rollout.three_regions import HOME, SECOND, THIRD, Prod, Step, phases, three_regions
from vectorform import language
from vectorform.desired import commands

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("rollout-cdktf")]


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prod]:
    with three_regions(tmp_path_factory.mktemp("cdktf")) as prod:
        yield prod


def deploy(prod: Prod, *faults: Fault) -> Step:
    return prod.step(lambda: prod.project.deploy("prod", "prod-*"), *faults)


@pytest.fixture(scope="module")
def failed(prod: Prod) -> Step:
    """The first deploy. The verifier may not list the indexes of the second region."""
    return deploy(prod, Fault("deny", "ListIndexes", region=SECOND))


@pytest.fixture(scope="module")
def finished(prod: Prod, failed: Step) -> Step:
    """The next one."""
    return deploy(prod)


def test_a_failed_verification_stops_what_comes_after(failed: Step) -> None:
    assert failed.done.returncode == 1
    assert "ListIndexes" in failed.done.stdout + failed.done.stderr
    assert failed.indexes == {HOME: ["pages"], SECOND: ["pages"], THIRD: []}


def test_the_next_deploy_resumes_and_finishes(finished: Step) -> None:
    assert finished.done.returncode == 0, finished.done.stdout + finished.done.stderr
    assert finished.indexes == {region: ["pages"] for region in (HOME, SECOND, THIRD)}


@pytest.mark.usefixtures("finished")
def test_one_region_alone_by_the_command_that_messages_name(prod: Prod) -> None:
    desired = language.load("prod", prod.project.path)
    second = desired.region(SECOND)
    refused = prod.project.deploy(desired.stack_id(second))
    assert refused.returncode == 1
    assert "dependencies are not included in the stacks to run: prod" in refused.stdout + refused.stderr
    for command in (commands.deploy(desired, second), commands.destroy(desired, second)):
        done = prod.project.run(*command.split(), "--auto-approve", environment={"CI": "true"})
        assert "not included in the stacks to run" not in done.stdout + done.stderr
        assert done.returncode == (1 if "destroy" in command else 0)  # it is protected
    assert [prod.indexes(region) for region in (HOME, SECOND, THIRD)] == [["pages"]] * 3


@pytest.mark.usefixtures("finished")
def test_a_rollout_goes_on_with_what_cdktf_deployed(prod: Prod) -> None:
    """The same stacks to the byte, the same state."""
    stacks = ("prod", "prod-us-east-1", "prod-eu-west-1")
    before = [(prod.folder(stack) / "cdk.tf.json").read_bytes() for stack in stacks]
    done = prod.rollout()
    assert phases(done.stdout) == {HOME: "done", SECOND: "done", THIRD: "done"}
    assert done.stdout.count("no changes") == len(stacks)
    assert [(prod.folder(stack) / "cdk.tf.json").read_bytes() for stack in stacks] == before


@pytest.mark.usefixtures("finished")
def test_a_rehearsal_deploys_every_region(prod: Prod) -> None:
    """In a local AWS of its own: the project's own state and its AWS stay as they are."""
    before = prod.resources("prod-eu-west-1")
    done = prod.project.vectorform("rehearse", "prod")
    assert done.returncode == 0, done.stderr
    for region in (HOME, SECOND, THIRD):
        assert f"{region}: checked 1 vector bucket, 1 bucket policy, 1 index" in done.stderr
    assert prod.resources("prod-eu-west-1") == before
