"""The cloud backend against a stand-in for HCP Terraform: check, init, plan and deploy in a workspace."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rehearsal.deployments import Deployment
from tests.state.hcp.service import TOKEN, StandIn

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("cloud")]


def check(made: Deployment, **more: str) -> subprocess.CompletedProcess[str]:
    return made.project.vectorform("backend", "check", "dev", environment={**made.environ(), **more})


def token(service: StandIn, value: str = TOKEN) -> dict[str, str]:
    host = service.address.removeprefix("https://")
    return {"TF_TOKEN_" + host.replace(".", "_").replace("-", "__"): value}


Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def before(cloud: tuple[Deployment, StandIn]) -> Done:
    """The check before anything was deployed."""
    made, service = cloud
    return check(made, **token(service))


@pytest.fixture(scope="module")
def planned(cloud: tuple[Deployment, StandIn], before: Done) -> tuple[Done, list[list[str]]]:
    """The first plan, and the files of each upload of it."""
    made, service = cloud
    done = made.project.run("cdktf", "plan", "dev", environment=made.environ())
    return done, list(service.workspaces["search-dev"].uploads) if done.returncode == 0 else []


@pytest.fixture(scope="module")
def deployed(cloud: tuple[Deployment, StandIn], planned: tuple[Done, list[list[str]]]) -> Done:
    """The first deploy."""
    made, _ = cloud
    return made.project.run("cdktf", "deploy", "dev", "--auto-approve", environment=made.environ())


@pytest.fixture
def disordered(cloud: tuple[Deployment, StandIn], deployed: Done) -> Iterator[None]:
    """A locked workspace, one of a region that is gone, and settings that ask for something else."""
    made, service = cloud
    workspace = service.workspaces["search-dev"]
    left = replace(workspace, id="ws-9", name="search-dev-us-east-1")
    service.workspaces[left.name] = left
    workspace.attributes["locked"] = True
    edits = (
        ("project: platform", "project: platform, tags: [search]"),
        ("regions: [eu-west-1]", "regions: [eu-west-1]\nverification: {after_apply: true}"),
    )
    for old, new in edits:
        made.project.edit("config/dev.yaml", old, new)
    yield
    for old, new in edits:
        made.project.edit("config/dev.yaml", new, old)
    workspace.attributes["locked"] = False
    del service.workspaces[left.name]


def test_without_a_token_nothing_is_looked_at(cloud: tuple[Deployment, StandIn]) -> None:
    made, service = cloud
    nowhere = {"HOME": str(made.project.path), "TF_CLI_CONFIG_FILE": "/nonexistent"}
    done = check(made, **nowhere)
    host = service.address.removeprefix("https://")
    assert (done.returncode, done.stdout.splitlines()[0]) == (2, f"UNKNOWN there is no token for {host}")
    # Nobody knows then what a removed region has left behind.
    refused = made.project.vectorform("rollout", "dev", environment={**made.environ(), **nowhere})
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"there is no token for {host}" in refused.stderr


def test_a_token_that_is_refused(cloud: tuple[Deployment, StandIn]) -> None:
    made, service = cloud
    done = check(made, **token(service, "another"))
    assert done.returncode == 1
    assert "refuses the token" in done.stdout
    assert len(done.stdout.splitlines()) == 2  # with a token that is refused there is nothing else to ask
    assert "another" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", [("backend", "check", "dev"), ("rollout", "dev")])
@pytest.mark.parametrize("place", ["variable", "file"])
def test_a_token_with_a_line_end_is_shown_nowhere(
    cloud: tuple[Deployment, StandIn], tmp_path: Path, command: tuple[str, ...], place: str
) -> None:
    made, service = cloud
    environment = {**made.environ(), **token(service, "sesame-open\n")}
    if place == "file":
        host = service.address.removeprefix("https://")
        stored = {"credentials": {host: {"token": "sesame-open\n"}}}
        environment = {**made.environ(), "TF_CLI_CONFIG_FILE": str(tmp_path / "ci.tfrc.json")}
        (tmp_path / "ci.tfrc.json").write_text(json.dumps(stored), encoding="utf-8")
    done = made.project.vectorform("--debug", *command, environment=environment)
    assert done.returncode == 2
    assert "a character that no token has" in done.stdout + done.stderr
    assert "sesame" not in done.stdout + done.stderr


def test_before_the_first_deploy(before: Done) -> None:
    assert before.returncode == 0, before.stdout
    assert "no workspace search-dev yet: the first deploy creates it" in before.stdout


def test_a_plan_runs_in_the_workspace_and_needs_only_what_was_uploaded(
    cloud: tuple[Deployment, StandIn], planned: tuple[Done, list[list[str]]]
) -> None:
    """What the stand-in unpacks, it plans in an empty folder."""
    made, service = cloud
    done, uploads = planned
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Running plan in HCP Terraform" in done.stdout
    assert "Plan: 6 to add, 0 to change, 0 to destroy." in done.stdout
    assert uploads == [[".terraform.lock.hcl", "cdk.tf.json"]]
    uploaded = (service.workspaces["search-dev"].folder / "cdk.tf.json").read_text(encoding="utf-8")
    assert str(made.project.path) not in uploaded
    assert "python" not in uploaded
    assert "local-exec" not in uploaded
    assert service.unknown == []


def test_a_deploy_applies_in_the_workspace_and_brings_the_outputs(
    cloud: tuple[Deployment, StandIn], deployed: Done
) -> None:
    made, service = cloud
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "Apply complete! Resources: 6 added" in deployed.stdout
    index = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/search-documents-dev/index/pages"
    assert index in deployed.stdout
    assert "verify = vectorform verify dev --region eu-west-1" in " ".join(deployed.stdout.split())
    buckets = made.client("s3vectors").list_vector_buckets()["vectorBuckets"]
    assert [bucket["vectorBucketName"] for bucket in buckets] == ["search-documents-dev"]
    assert service.unknown == []
    assert not list(made.project.path.glob("*.tfstate"))


@pytest.mark.parametrize("option", ["--plan-out", "--plans"])
def test_a_plan_there_is_no_file(cloud: tuple[Deployment, StandIn], option: str, tmp_path: Path) -> None:
    made, service = cloud
    command = ("rollout", "dev", option, str(tmp_path / "plans"))
    done = made.project.vectorform(*command, environment={**made.environ(), **token(service)})
    assert done.returncode == 2 and "a plan is a run there, and no file" in done.stderr
    assert not (tmp_path / "plans").exists()


@pytest.mark.usefixtures("deployed")
def test_the_status_of_a_workspace(cloud: tuple[Deployment, StandIn]) -> None:
    made, service = cloud
    status = ("status", "dev", "--format", "json")
    done = made.project.vectorform(*status, environment={**made.environ(), **token(service)})
    assert done.returncode == 0, done.stdout + done.stderr
    (region,) = json.loads(done.stdout)["regions"]
    assert (region["by"], region["written"]) == ("ines", "2026-11-26T03:12:44+00:00")
    assert (region["deployed"], region["lock"]) == ("not recorded", None)
    refused = made.project.vectorform(*status, environment={**made.environ(), **token(service, "another")})
    assert refused.returncode == 2
    assert "refuses the token" in json.loads(refused.stdout)["unseen"][0]["what"]


@pytest.mark.usefixtures("disordered")
def test_what_is_wrong_with_workspaces(cloud: tuple[Deployment, StandIn]) -> None:
    made, service = cloud
    done = check(made, **token(service))
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert [line.split("  ")[-1].strip() for line in wrong] == [
        "the workspace search-dev is locked",
        "search-dev runs Terraform remotely, where vectorform is not installed to verify after the apply",
        "the workspace search-dev lacks the tag search",
        "the workspace search-dev-us-east-1 still holds 6 resources, but config/dev.yaml:1 has no us-east-1",
    ]
    rollout = ("rollout", "dev")
    refused = made.project.vectorform(*rollout, environment={**made.environ(), **token(service)})
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the workspace search-dev-us-east-1 still holds 6 resources" in refused.stderr


@pytest.mark.usefixtures("planned")
def test_the_lock_file_for_the_remote_platform(cloud: tuple[Deployment, StandIn]) -> None:
    """From a mirror; without one, Terraform asks the registry."""
    made, _ = cloud
    lock = made.folder("dev") / ".terraform.lock.hcl"
    lock.unlink()
    mirror = made.terraform_config.parent / "mirror"
    done = made.terraform("dev", "providers", "lock", "-platform=linux_amd64", f"-fs-mirror={mirror}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"h1:' in lock.read_text(encoding="utf-8")
