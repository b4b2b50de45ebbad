"""Three regions and one local AWS, by `vectorform rollout`."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3vectors_local.faults import Fault
from tests.processes.test_tied import processes_about, wait_until
from tests.rehearsal.projects import VECTORFORM, plain_environment
from tests.rollout.three_regions import HOME, SECOND, THIRD, TITLES, Prod, Step, phases, three_regions

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("rollout")]


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prod]:
    with three_regions(tmp_path_factory.mktemp("rollout")) as prod:
        yield prod


@pytest.fixture(scope="module")
def failed(prod: Prod) -> Step:
    """The first rollout: in the second wave the verifier may not list indexes, which Terraform does not."""
    return prod.step(prod.rollout, Fault("deny", "ListIndexes", region=SECOND))


@pytest.fixture(scope="module")
def finished(prod: Prod, failed: Step) -> Step:
    """The next one, with the second and the third region in one wave."""
    prod.project.edit("config/prod.yaml", f"[{SECOND}], [{THIRD}]]", f"[{SECOND}, {THIRD}]]")
    return prod.step(prod.rollout)


def test_a_failed_verification_in_the_second_wave_leaves_the_third_untouched(failed: Step) -> None:
    """The regions before it are deployed."""
    done = failed.done
    assert done.returncode == 1, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "done", SECOND: "failed", THIRD: "held"}
    assert f"not started:  {THIRD}" in done.stdout
    assert "ListIndexes" in done.stdout
    assert f"vectorform rollout prod --from {SECOND}" in done.stdout
    assert failed.indexes == {HOME: ["pages"], SECOND: ["pages"], THIRD: []}
    assert "terraform.prod-eu-west-1.tfstate" not in failed.files


def test_the_status_of_a_half_rollout(failed: Step) -> None:
    """From the states alone: what was deployed, whether that was verified, and what to do."""
    code, found = failed.status
    assert code == 1
    assert {it["region"]: (it["deployed"], it["verified"]) for it in found["regions"]} == {
        HOME: ("up to date", "passed"),
        SECOND: ("up to date", "failed"),
        THIRD: ("never", "not yet"),
    }
    assert [it["fix"] for it in found["wrong"]] == [
        f"`vectorform verify prod --region {SECOND}`",
        f"`vectorform rollout prod --only {THIRD}`",
    ]


def test_the_status_of_a_whole_one(finished: Step) -> None:
    code, found = finished.status
    assert (code, found["wrong"], found["unseen"]) == (0, [], [])


def test_the_next_run_finishes_in_two_waves(finished: Step) -> None:
    """What is deployed already is verified once more; what was tainted is verified by Terraform."""
    done = finished.done
    assert done.returncode == 0, done.stdout + done.stderr
    assert phases(done.stdout) == {HOME: "done", SECOND: "done", THIRD: "done"}
    assert finished.indexes == {region: ["pages"] for region in (HOME, SECOND, THIRD)}
    lines = [line.partition(" ")[2] for line in done.stderr.splitlines()]
    assert lines[:3] == [
        f"wave 1: {HOME}: planning",
        f"wave 1: {HOME}: verifying",
        f"wave 1: {HOME}: done (no changes)",
    ]
    assert set(lines[3:5]) == {f"wave 2: {SECOND}: planning", f"wave 2: {THIRD}: planning"}


@pytest.mark.usefixtures("finished")
def test_what_was_reviewed_is_applied_and_once(prod: Prod, tmp_path: Path) -> None:
    """The plan of one region is kept, and applied; after that its state is another one."""
    prod.project.edit(
        "config/prod.yaml", 'notes-{environment}"\n', 'notes-{environment}"\n    tags: {Team: a}\n'
    )
    folder = tmp_path / "plans"
    planned = prod.rollout("--only", THIRD, "--plan-out", str(folder))
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.startswith("#") and "Team" in planned.stdout
    assert f"vectorform rollout prod --plans {folder}" in planned.stderr
    assert folder.stat().st_mode & 0o777 == 0o700
    for times, phase in enumerate(("done", "failed")):
        done = prod.rollout("--plans", str(folder))
        assert done.returncode == times, done.stdout + done.stderr
        assert phases(done.stdout) == {HOME: "skipped", SECOND: "skipped", THIRD: phase}
    assert "its state has changed since then: serial " in done.stdout
    assert "at least one plan is out of date; nothing was applied" in done.stdout


@pytest.mark.usefixtures("finished")
def test_killed_in_the_middle_of_an_apply_and_a_second_deploy_meanwhile(prod: Prod) -> None:
    """The second is refused by the state's lock; the killed one leaves a whole state and no process."""
    prod.project.edit("config/prod.yaml", "    indexes:\n", f"    indexes:\n{TITLES}")
    prod.aws.inject(Fault("latency", "CreateIndex", region=THIRD, milliseconds=6000))
    prod.aws.forget_requests()
    rollout = subprocess.Popen(
        [*VECTORFORM, "rollout", "prod", "--only", THIRD],
        cwd=prod.project.path,
        env={**plain_environment(), **prod.project.shell},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(
            lambda: prod.aws.requests().get("s3vectors:CreateIndex", 0) > 0, "Terraform creates the index"
        )
        folder = prod.folder("prod-eu-west-1")
        second = prod.project.run("terraform", f"-chdir={folder}", "apply", "-auto-approve", "-no-color")
        assert second.returncode == 1
        assert "Error acquiring the state lock" in second.stderr
        (meanwhile,) = (it for it in prod.status()[1]["regions"] if it["region"] == THIRD)
        assert (meanwhile["lock"]["operation"], meanwhile["deployed"]) == ("apply", "unfinished")
    finally:
        os.kill(rollout.pid, signal.SIGKILL)
        rollout.wait()
    wait_until(lambda: not processes_about(str(prod.project.path)), "nothing of it runs any more")
    prod.aws.clear_faults()
    assert prod.resources("prod-eu-west-1") >= 2
    assert "pages" in prod.indexes(THIRD)

    again = prod.rollout("--only", THIRD)
    assert again.returncode == 0, again.stdout + again.stderr
    assert phases(again.stdout) == {HOME: "skipped", SECOND: "skipped", THIRD: "done"}
    assert prod.indexes(THIRD) == ["pages", "titles"]
    assert prod.indexes(SECOND) == ["pages"]
